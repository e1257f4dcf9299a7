import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeJson, encodeProtobuf } from '../../src/demo/telemetry/encode-otlp.js';
import { createKernel } from '../../src/kernel/kernel-transform.js';
import { ROW_KINDS, TABLES } from '../../src/tables/columns.js';
import { SIGNALS } from '../../src/transform/decode/otlp.js';
import { createPlainTransform } from '../../src/transform/plain-transform.js';
import type { Step } from '../../src/transform/steps/step.js';
import type { AttributesView, ItemView, SettableValue } from '../../src/transform/steps/view.js';
import { allKindsOn, withEncoding } from '../support/all-kinds-on.js';
import { requests } from '../support/otlp-arbitraries.js';
import { readable } from '../support/readable.js';

/** Steps see the same of an item in both engines, and what they change is the same in its row, byte for byte. */

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('', '"\\\u0000<&', '\ufffd', '\udc80', '\ud800', '\u2028', 'x'.repeat(200)),
);
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

/** What can be set in a column of each type. */
const VALUES: Record<string, fc.Arbitrary<unknown>> = {
  String: text,
  'LowCardinality(String)': text,
  'DateTime64(9)': int64,
  DateTime: int64,
  UInt64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  UInt8: fc.nat({ max: 255 }),
  UInt32: fc.nat({ max: 2 ** 32 - 1 }),
  Int32: fc.integer(),
  Float64: fc.double(),
  Bool: fc.boolean(),
};

/** Columns of strings that not any string can be in. */
const WORDS: Record<string, fc.Arbitrary<string>> = {
  TraceId: fc.constantFrom('', '0'.repeat(32), '0123456789abcdef0123456789ABCDEF'),
  SpanId: fc.constantFrom('', '0'.repeat(16), 'fedcba9876543210'),
  ParentSpanId: fc.constantFrom('', '00000000000000ff'),
  SpanKind: fc.constantFrom('Unspecified', 'Internal', 'Server', 'Client', 'Producer', 'Consumer'),
  StatusCode: fc.constantFrom('Unset', 'Ok', 'Error'),
};

const COLUMNS = ROW_KINDS.flatMap(kind => TABLES[kind].columns.map(column => ({ kind, ...column })));
const isSettable = ({ type }: { type: string }) => type in VALUES;
const isMap = ({ type }: { type: string }) => type.includes('Map(');

type Change = (item: ItemView) => unknown;

const columnSet: fc.Arbitrary<Change> = fc
  .constantFrom(...COLUMNS.filter(isSettable))
  .chain(({ name, type }) => (WORDS[name] ?? VALUES[type] ?? fc.constant('')).map(value => ({ name, value })))
  .map(
    ({ name, value }) =>
      item =>
        name in item && Reflect.set(item, name, value),
  );

const key = fc.oneof(fc.constantFrom('service.name', 'a.b', '__proto__', '', '0'), text);
const value: fc.Arbitrary<SettableValue> = fc.oneof(text, int64, fc.double(), fc.boolean());

/** Of attributes on any level: that one key is set or deleted, or one of those that are there. */
const attributesChange: fc.Arbitrary<Change> = fc
  .record({
    name: fc.constantFrom(...COLUMNS.filter(isMap).map(({ name }) => name)),
    element: fc.nat({ max: 3 }),
    key: fc.oneof(key, fc.nat({ max: 5 })),
    value: fc.option(value, { nil: undefined }),
  })
  .map(({ name, element, key, value }) => item => {
    const shown: AttributesView | readonly AttributesView[] | undefined = Reflect.get(item, name);
    const attributes = shown && 'length' in shown ? shown[element] : shown;
    if (!attributes) return false;
    const changed = typeof key === 'number' ? attributes.keys()[key] : key;
    if (changed === undefined) return false;
    if (value === undefined) return attributes.delete(changed);
    attributes.set(changed, value);
    return attributes.get(changed);
  });

const changes = fc.array(fc.oneof(columnSet, attributesChange), { maxLength: 6 });

/** All that a view shows. */
function shownBy(item: ItemView): unknown {
  const attributesShown = (attributes: AttributesView) => [
    attributes.size,
    attributes.keys().map(key => [key, attributes.get(key), attributes.value(key), attributes.has(key)]),
  ];
  return Object.entries(item).map(([name, value]) => {
    if (value && typeof value === 'object' && 'keys' in value && 'size' in value) {
      return [name, attributesShown(value as AttributesView)];
    }
    const isList = Array.isArray(value) && typeof value[0] === 'object' && 'size' in value[0];
    return [name, isList ? value.map(attributesShown) : value];
  });
}

/** A step that makes the changes of each item in turn, as `begin` says, and keeps in mind what it saw. */
function changingStep() {
  let plan: readonly (readonly Change[])[] = [];
  let drops = 0;
  let seen: unknown[] = [];
  const step: Step = {
    name: 'changes',
    kinds: ROW_KINDS,
    apply: item => {
      const answers = (plan[seen.length % plan.length] ?? []).map(change => change(item));
      seen.push([answers, shownBy(item)]);
      return seen.length % 7 === drops ? 'drop' : 'keep';
    },
  };
  const begin = (newPlan: typeof plan, newDrops: number) => {
    plan = newPlan;
    drops = newDrops;
    seen = [];
  };
  return { step, begin, seen: () => seen };
}

const SETTINGS = [
  allKindsOn(),
  allKindsOn({ time_format: 'text', metric_time: 'nanoseconds' }),
  allKindsOn({ row_format: 'glassflow' }),
  withEncoding(allKindsOn(), 'native', ROW_KINDS),
  withEncoding(allKindsOn({ row_format: 'glassflow' }), 'native', ROW_KINDS),
];

/** Each made once: an instance of the kernel has a memory of its own. */
const VARIANTS = SETTINGS.map(settings => {
  settings.traces.key = 'trace_id';
  settings.logs.key = 'service_name';
  settings.metrics.key = 'resource_hash';
  const ofPlain = changingStep();
  const ofKernel = changingStep();
  // Items that the kernel leaves are shown to no step here: the plan goes by their order.
  const left = createPlainTransform(settings);
  return {
    ofPlain,
    ofKernel,
    plain: createPlainTransform(settings, [ofPlain.step]),
    kernel: createKernel(settings, 'lasting', left, [ofKernel.step]),
  };
});

const ENCODE = { otlp_proto: encodeProtobuf, otlp_json: encodeJson };

describe.each(SIGNALS)('a step, of %s', signal => {
  const encoded = fc
    .tuple(requests[signal] as fc.Arbitrary<never>, fc.constantFrom('otlp_proto', 'otlp_json'))
    .map(([request, encoding]) => ({ encoding, value: ENCODE[encoding](signal, request) }));

  it('sees and changes the same in both engines', () => {
    let shown = 0;
    const numRuns = 100;
    fc.assert(
      fc.property(
        encoded,
        fc.array(changes, { minLength: 1, maxLength: 5 }),
        fc.nat({ max: 8 }),
        fc.constantFrom(...VARIANTS),
        ({ encoding, value }, plan, drops, { ofPlain, ofKernel, plain, kernel }) => {
          ofPlain.begin(plan, drops);
          ofKernel.begin(plan, drops);
          const made = kernel(signal, encoding, value);
          if (typeof made === 'string' || made.plainItems) return;
          const wanted = plain(signal, encoding, value);
          expect(ofKernel.seen()).toStrictEqual(ofPlain.seen());
          expect(readable(made)).toStrictEqual(readable(wanted));
          shown += ofKernel.seen().length;
        },
      ),
      { numRuns },
    );
    expect(shown).toBeGreaterThan(numRuns / 2);
  });
});
