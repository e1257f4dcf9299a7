import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rule } from '../../src/config/rules/rule.js';
import { encodeJson, encodeProtobuf } from '../../src/demo/telemetry/encode-otlp.js';
import { createKernel } from '../../src/kernel/kernel-transform.js';
import { ROW_KINDS } from '../../src/tables/columns.js';
import { createAsyncTransform } from '../../src/transform/async-transform.js';
import { SIGNALS } from '../../src/transform/decode/otlp.js';
import { createPlainTransform } from '../../src/transform/plain-transform.js';
import { createRules } from '../../src/transform/rules/create-rules.js';
import type { AsyncStep, Step } from '../../src/transform/steps/step.js';
import { allKindsOn, withEncoding } from '../support/all-kinds-on.js';
import { requests } from '../support/otlp-arbitraries.js';
import { readable } from '../support/readable.js';

/** Rules do the same in both engines, to any request: to rows, topics and keys, to the items that fail, and in their counts. */

const RULES: Rule[] = [
  { name: 'long', for: ['traces'], drop: true, when: { column: 'Duration', greater: '1000h' } },
  { name: 'sample', sample: { rate: 0.8, by: 'item' } },
  { name: 'keys', redact: { key_patterns: ['^[a-c]'], keys: ['service.name', ''] } },
  { name: 'values', redact: { patterns: ['[0-9]+', '(x)y?'], mask: '#' } },
  { name: 'own', promote: { attribute: 'a.b', column: 'Own', type: 'integer' }, on_error: 'keep' },
  { name: 'text', promote: { resource: '0', column: 'Text', type: 'text' } },
  { name: 'fails', when: { attribute: '0', greater: 3 }, drop: true },
  { name: 'set', set: { resource: 'topic', from: { topic: true } } },
  { name: 'rename', rename: { attribute: '__proto__', to: 'proto' } },
  { name: 'remove', remove: { key_prefixes: ['x'] } },
  { name: 'truncate', truncate: { bytes: 64 } },
  {
    name: 'route',
    for: ['logs'],
    route: { topic: 'elsewhere' },
    when: { column: 'SeverityNumber', greater: 8 },
  },
  { name: 'key', key: { attribute: 'a.b' } },
];

/** Does the same, some turns of the event loop later. */
function waitingStep(step: Step): AsyncStep {
  return {
    ...step,
    isAsync: true,
    apply: async (item, context) => {
      for (let turns = context.itemIndex % 3; turns > 0; turns--) await null;
      return step.apply(item, context);
    },
  };
}

const SETTINGS = [allKindsOn(), withEncoding(allKindsOn({ row_format: 'glassflow' }), 'native', ROW_KINDS)];

const VARIANTS = SETTINGS.map(settings => {
  settings.transform = { engine: 'auto', rules: RULES };
  const plain = createPlainTransform(settings, createRules(RULES));
  return {
    plain,
    kernel: createKernel(settings, 'lasting', plain, createRules(RULES)),
    // Steps that take turns: the items of a record are on their way together.
    waiting: createAsyncTransform(settings, createRules(RULES).map(waitingStep), 3),
  };
});

const ENCODE = { otlp_proto: encodeProtobuf, otlp_json: encodeJson };
const RECORD = { topic: 'in', partition: 1, offset: 7, timestampMs: null, headers: [] };

describe.each(SIGNALS)('rules, of %s', signal => {
  const encoded = fc
    .tuple(requests[signal] as fc.Arbitrary<never>, fc.constantFrom('otlp_proto', 'otlp_json'))
    .map(([request, encoding]) => ({ encoding, value: ENCODE[encoding](signal, request) }));

  it('do the same in both engines', () => {
    let changed = 0;
    fc.assert(
      fc.property(encoded, fc.constantFrom(...VARIANTS), ({ encoding, value }, { plain, kernel }) => {
        const made = kernel(signal, encoding, value, RECORD);
        if (typeof made === 'string') return;
        const wanted = plain(signal, encoding, value, RECORD);
        const { plainItems: _, ...ours } = made;
        expect(readable(ours)).toStrictEqual(readable(wanted));
        expect(ours.steps).toStrictEqual(wanted.steps);
        changed += wanted.steps?.tallies.reduce((sum, tally) => sum + tally.changed, 0) ?? 0;
      }),
      { numRuns: 100 },
    );
    expect(changed).toBeGreaterThan(50);
  });

  it('do the same where they have to be waited for', async () => {
    await fc.assert(
      fc.asyncProperty(
        encoded,
        fc.constantFrom(...VARIANTS),
        async ({ encoding, value }, { plain, waiting }) => {
          const wanted = plain(signal, encoding, value, RECORD);
          const made = await waiting(signal, encoding, value, RECORD);
          expect(readable(made)).toStrictEqual(readable(wanted));
          expect(made.steps).toStrictEqual(wanted.steps);
        },
      ),
      { numRuns: 50 },
    );
  });
});
