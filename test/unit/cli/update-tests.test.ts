import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseTests } from '../../../src/cli/test/read-tests.js';
import { compareWithExpected, type Got } from '../../../src/cli/test/run-test.js';
import { updateTests } from '../../../src/cli/test/update-tests.js';
import { temporaryFiles } from '../../support/temporary-files.js';

const write = temporaryFiles();

/** What `--update` makes of the expectations of a test. */
function updated(expect: string, got: Partial<Got>): string {
  const head = 'tests:\n  - name: a\n    input: {}\n';
  const tail = '\n# behind\n  - { name: z, input: {}, expect: {} } # last\n';
  const text = head + expect + tail;
  const file = write('tests.yaml', text);
  const all: Got = { rows: [], dropped: {}, deadLetters: [], ...got };
  const results = parseTests(text, file).map((one, i) => {
    const of = i === 0 ? all : { rows: [], dropped: {}, deadLetters: [] };
    return { test: one, differences: compareWithExpected(one.expected, of), tallies: [], got: of };
  });
  const [update] = [...updateTests(results).values()];
  if (update?.kind === 'refused') return update.problem;
  const after = readFileSync(file, 'utf8');
  // That it is right, updateTests itself has looked at.
  return after.startsWith(head) && after.endsWith(tail) ? after.slice(head.length, -tail.length) : after;
}

const row = (name: string, more: object = {}) => ({ SpanName: name, topic: 't', key: null, ...more });

test.each([
  [
    'a value, its quotes',
    "    expect: { rows: [ {SpanName: 'a' } ] }",
    { rows: [row('b')] },
    "    expect: { rows: [ {SpanName: 'b' } ] }",
  ],
  [
    'values of a block, one of them gone',
    '    expect:\n      rows:\n        # the row\n        - SpanName: a # its name\n          At:\n            x: 1\n            y.z: "2"',
    { rows: [row('b', { At: { x: 3 } })] },
    '    expect:\n      rows:\n        # the row\n        - SpanName: b # its name\n          At:\n            x: 3\n            y.z: null',
  ],
  [
    'a row less in a block',
    '    expect:\n      rows:\n        - { SpanName: a } # one\n        - { SpanName: b } # two\n        - { SpanName: c } # three',
    { rows: [row('a'), row('c')] },
    '    expect:\n      rows:\n        - { SpanName: a } # one\n        - { SpanName: c } # three',
  ],
  [
    'a row more between two of a block, with the columns that others name',
    '    expect:\n      rows:\n        - { SpanName: a } # one\n        - { SpanName: c, At: { x: 1 } } # three',
    { rows: [row('a'), row('b', { At: { x: 2, y: 3 } }), row('c', { At: { x: 1 } })] },
    '    expect:\n      rows:\n        - { SpanName: a } # one\n        - { SpanName: b, At: { x: 2 } }\n        - { SpanName: c, At: { x: 1 } } # three',
  ],
  [
    'rows less in braces',
    '    expect: { rows: [{ SpanName: a }, { SpanName: b }, { SpanName: c }] }',
    { rows: [row('c')] },
    '    expect: { rows: [{ SpanName: c }] }',
  ],
  [
    'rows more in braces',
    '    expect: { rows: [{ SpanName: b }] }',
    { rows: [row('a'), row('b'), row('c')] },
    '    expect: { rows: [{ SpanName: a }, { SpanName: b }, { SpanName: c }] }',
  ],
  [
    'the first rows that are known, on a line each',
    '    expect:\n      rows: []',
    { rows: [row('a', { Empty: '', Map: {}, Text: 'x, "y"\n' }), row('b')] },
    '    expect:\n      rows:\n        - { SpanName: a, topic: t, Text: "x, \\"y\\"\\n" }\n        - { SpanName: b, topic: t }',
  ],
  [
    'no rows any more',
    '    expect:\n      rows:\n        - { SpanName: a }',
    {},
    '    expect:\n      rows: []',
  ],
  [
    'numbers of dropped items: another, one gone, one more',
    '    expect:\n      dropped: { a: 1, b: 2 }',
    { dropped: { b: 3, c: 4 } },
    '    expect:\n      dropped: { b: 3, c: 4 }',
  ],
  [
    'the same on lines',
    '    expect:\n      dropped:\n        a: 1\n        b: 2 # twice',
    { dropped: { b: 3, c: 4 } },
    '    expect:\n      dropped:\n        b: 3 # twice\n        c: 4',
  ],
  [
    'dead letters that nobody expected',
    '    expect:\n      dropped: {}',
    { deadLetters: [{ item: 0, rule: 'r', message: 'm: n' }] },
    '    expect:\n      dropped: {}\n      dead_letters: [ { item: 0, rule: r, message: "m: n" } ]',
  ],
  [
    'no dead letters any more',
    '    expect: { dead_letters: [{ item: 1 }] }',
    {},
    '    expect: { dead_letters: [] }',
  ],
  [
    'a list of another length',
    '    expect: { rows: [{ Names: [a, b] }] }',
    { rows: [row('x', { Names: ['c'] })] },
    '    expect: { rows: [{ Names: [ c ] }] }',
  ],
  [
    'an alias',
    '    expect: { rows: [&a { SpanName: a }, *a] }',
    { rows: [row('a'), row('b')] },
    'it is not written there, but taken from elsewhere (an alias, or <<)',
  ],
])('changes nothing but what differs: %s', (_, before, got, after) => {
  expect(updated(before, got)).toBe(after);
});
