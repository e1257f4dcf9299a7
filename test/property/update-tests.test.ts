import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { test } from 'vitest';
import { stringify } from 'yaml';
import { parseTests } from '../../src/cli/test/read-tests.js';
import { compareWithExpected, type Got } from '../../src/cli/test/run-test.js';
import { updateTests } from '../../src/cli/test/update-tests.js';
import { temporaryFiles } from '../support/temporary-files.js';

const write = temporaryFiles();

const key = fc.constantFrom('SpanName', 'Events.Name', 'a b', 'x', "it's", '#', '7', 'null');
const text = fc.oneof(
  fc.constantFrom(
    'a',
    '',
    'true',
    '1',
    'x: y',
    '- z',
    '[b]',
    '# c',
    "it's",
    '"',
    ' \n\t',
    'é',
    '~',
    '&d',
    '*e',
    'a, b',
  ),
  fc.string({ maxLength: 6 }),
);
const scalar = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null));
const map = fc.dictionary(key, fc.oneof(scalar, fc.array(scalar, { maxLength: 3 })), { maxKeys: 3 });
const row = fc.dictionary(key, fc.oneof(scalar, map, fc.array(map, { maxLength: 2 })), { maxKeys: 4 });
const rows = fc.array(row, { maxLength: 4 });
const dropped = fc.dictionary(fc.constantFrom('a', 'b.c', '1', 'd-e'), fc.integer({ min: 1, max: 9 }));
const deadLetters = fc.array(
  fc.record({ item: fc.nat(9), rule: fc.constantFrom('a', 'b'), message: text.filter(said => said !== '') }),
  {
    maxLength: 3,
  },
);
const got: fc.Arbitrary<Got> = fc.record({
  rows: rows.map(all => all.map(one => ({ ...one, topic: 't', key: null }))),
  dropped,
  deadLetters,
});
const expected = fc.record({ rows, dropped, dead_letters: deadLetters }, { requiredKeys: [] });
const layout = fc.record({
  collectionStyle: fc.constantFrom('any' as const, 'block' as const, 'flow' as const),
  indent: fc.constantFrom(2, 3, 4),
  lineWidth: fc.constantFrom(0, 20, 80),
  defaultStringType: fc.constantFrom('PLAIN' as const, 'QUOTE_SINGLE' as const, 'QUOTE_DOUBLE' as const),
});

test('whatever is expected and however it is written, the updated tests pass, and others are as they were', () => {
  fc.assert(
    fc.property(expected, expected, got, got, layout, (one, other, gotOfOne, gotOfOther, options) => {
      const tests = [one, other].map((expect, i) => ({ name: `${i}`, input: {}, expect }));
      const before = stringify({ tests }, options);
      const file = write('tests.yaml', before);
      const results = (content: string) =>
        parseTests(content, file).map((parsed, i) => {
          const its = i === 0 ? gotOfOne : gotOfOther;
          return {
            test: parsed,
            differences: compareWithExpected(parsed.expected, its),
            tallies: [],
            got: its,
          };
        });
      const refused = [...updateTests(results(before)).values()].filter(({ kind }) => kind === 'refused');
      const after = readFileSync(file, 'utf8');
      const failing = results(after).filter(({ differences }) => differences.length > 0);
      if (refused.length > 0 || failing.length > 0)
        throw new Error(`${before}\n---\n${after}\n${JSON.stringify(refused)}`);
    }),
  );
});
