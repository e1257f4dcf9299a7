import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createTransform } from '../../../src/create-transform.js';
import { encodeJson, encodeProtobuf } from '../../../src/demo/telemetry/encode-otlp.js';
import { PoisonRecord } from '../../../src/errors.js';
import { createKernelTransform } from '../../../src/kernel/kernel-transform.js';
import type { KeyValue, TracesRequest } from '../../../src/transform/decode/otlp.js';
import { createPlainTransform } from '../../../src/transform/plain-transform.js';
import type {
  MessageLifetime,
  TransformRecord,
  TransformSettings,
} from '../../../src/transform/transform-record.js';
import { allKindsOff, allKindsOn } from '../../support/all-kinds-on.js';
import { kernelOf, takenBy } from '../../support/kernel.js';
import { lengthDelimited } from '../transform/decode/wire.js';

const NO_ROWS = { messages: [], itemCount: 1, filteredCount: 1 };

/** A request of some spans that differ in their names. */
function spans(names: readonly string[], resource: KeyValue[] = []): TracesRequest {
  const span = {
    traceId: Buffer.alloc(16, 1),
    spanId: Buffer.alloc(8, 2),
    traceState: '',
    parentSpanId: Buffer.alloc(0),
    flags: 0,
    kind: 0,
    startTimeUnixNano: 1n,
    endTimeUnixNano: 3n,
    attributes: [],
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
  };
  const scopeSpans = [{ spans: names.map(name => ({ ...span, name })), schemaUrl: '' }];
  const attributes = { attributes: resource, droppedAttributesCount: 0 };
  return { resourceSpans: [{ resource: attributes, scopeSpans, schemaUrl: '' }] };
}

const proto = (...names: string[]) => encodeProtobuf('traces', spans(names));

/** The kernel's transform, and how often the plain one was asked instead. */
function transformAndFallBack(
  changes: Partial<TransformSettings> = {},
  lifetime: MessageLifetime = 'lasting',
  poison?: PoisonRecord,
): { transform: TransformRecord; asked: () => number } {
  let asked = 0;
  const plain: TransformRecord = () => {
    asked++;
    if (poison) throw poison;
    return NO_ROWS;
  };
  const transform = createKernelTransform(allKindsOn(changes), lifetime, plain);
  return { transform, asked: () => asked };
}

describe('the plain transform is asked', () => {
  it('for nothing that the kernel takes', () => {
    const { transform, asked } = transformAndFallBack();
    expect(transform('traces', 'auto', proto('a')).messages).toHaveLength(1);
    expect(transform('traces', 'auto', encodeJson('traces', spans(['a']))).messages).toHaveLength(1);
    expect(asked()).toBe(0);
  });

  it.each([
    { what: 'JSON that is cut off', value: encodeJson('traces', spans(['a'])).subarray(0, -1) },
    { what: 'JSON that makes nothing', value: Buffer.from('{"resourceLogs":[{}]}') },
    { what: 'what is cut off', value: proto('a').subarray(0, -1) },
    { what: 'a record over 40 MiB', value: proto('x'.repeat(40 * 1024 * 1024)) },
    { what: 'rows that need more memory than the kernel may have', value: becomesHuge() },
    { what: 'more items than allowed', value: proto('a', 'b', 'c'), changes: { max_items: 2 } },
    { what: 'more bytes than allowed', value: proto('a'), changes: { max_record_bytes: 5 } },
    {
      what: 'more bytes of JSON than allowed',
      value: encodeJson('traces', spans(['a'])),
      changes: { max_record_bytes: encodeJson('traces', spans(['a'])).length - 1 },
    },
  ])('for $what', ({ value, changes }) => {
    const limits = { ...allKindsOn().limits, ...changes };
    const { transform, asked } = transformAndFallBack({ limits });
    expect(transform('traces', 'auto', value)).toMatchObject({ ...NO_ROWS, plainItems: expect.anything() });
    expect(asked()).toBe(1);
  });

  it('for what holds no item, which is then nothing that was slow', () => {
    const transform = createTransform(allKindsOn());
    const empty = { messages: [], itemCount: 0, filteredCount: 0 };
    expect(transform('traces', 'auto', Buffer.from('{}'))).toEqual(empty);
    expect(transform('traces', 'auto', Buffer.of(0x0a, 0))).toEqual(empty);
    expect(transform('traces', 'auto', Buffer.of(0x10, 1))).toEqual({
      ...empty,
      suspicion: { firstUnknownField: { path: '(field 2)', byteOffset: 0 } },
    });
  });
});

describe('the plain engine is asked for an item alone', () => {
  /** Fields of a span: a name, and attributes of the given keys and value. */
  const name = (text: string) => lengthDelimited(Buffer.from(text), 5);
  const attribute = (key: string, ...values: Buffer[]) =>
    lengthDelimited(
      Buffer.concat([
        lengthDelimited(Buffer.from(key), 1),
        ...values.map(value => lengthDelimited(value, 2)),
      ]),
      9,
    );
  const text = (value: string) => lengthDelimited(Buffer.from(value), 1);
  const requestOf = (...spansFields: Buffer[][]) =>
    lengthDelimited(
      lengthDelimited(Buffer.concat(spansFields.map(fields => lengthDelimited(Buffer.concat(fields), 2))), 2),
      1,
    );

  it.each([
    {
      what: 'with a value that has to be merged',
      odd: [attribute('k', text('a'), text('b'))],
      reason: 'merged',
    },
    {
      what: 'with a value of two kinds',
      odd: [attribute('k', Buffer.concat([text('a'), text('b')]))],
      reason: 'unusual',
    },
    { what: 'with a group', odd: [Buffer.from([0xab, 0x02, 0xac, 0x02])], reason: 'unusual' },
  ] as const)('$what, and its row comes in its place', ({ odd, reason }) => {
    const value = requestOf([name('a')], [name('b'), ...odd], [name('c')]);
    const settings = allKindsOn();
    const made = createTransform(settings)('traces', 'otlp_proto', value);
    expect(made.plainItems).toEqual({ [reason]: 1 });
    const { messages } = createPlainTransform(settings)('traces', 'otlp_proto', value);
    expect(made.messages).toStrictEqual(messages);
  });

  it('with more attributes than the kernel has place for', () => {
    const many = Array.from({ length: 70_000 }, (_, i) => attribute(`${i}`, text('')));
    const made = createTransform(allKindsOn())(
      'traces',
      'otlp_proto',
      requestOf([name('a')], many, [name('c')]),
    );
    expect(made.plainItems).toEqual({ too_large: 1 });
    expect(made.messages).toHaveLength(3);
  });
});

describe('the plain engine is not asked for', () => {
  const settings = allKindsOn();
  const transform = createTransform(settings, 'until_next_call');
  const attributesOf = (count: number) =>
    Array.from({ length: count }, (_, i) => ({
      key: `key ${(i * 7919) % count}`,
      value: { intValue: BigInt(i) },
    }));

  it.each([
    { what: 'many attributes', value: encodeProtobuf('traces', spans(['a'], attributesOf(5000))) },
    { what: 'more items than there is place for at once', value: proto(...new Array(70_000).fill('a')) },
    { what: 'a service name that is no string', value: withServiceName({ intValue: 1n }) },
    { what: 'rows that are larger together than what the kernel writes at once', value: becomesLarge() },
    { what: 'a record of 20 MB', value: proto(...longNames(200)) },
    { what: 'a record of 10 MB of JSON', value: json(...longNames(100)) },
    { what: 'a small record after a large one', value: proto('a', 'b') },
  ])('$what', ({ value }) => {
    const made = transform('traces', 'auto', value);
    expect(made.plainItems).toBeUndefined();
    const { messages } = createPlainTransform(settings)('traces', 'auto', value);
    expect(made.messages.map(({ value }) => value.toString())).toStrictEqual(
      messages.map(({ value }) => value.toString()),
    );
    expect(made.messages.map(({ itemIndex }) => itemIndex)).toStrictEqual(messages.map((_, i) => i));
  });
});

describe('a failure of the kernel', () => {
  /** No bytes are known that it fails on, so something that is not bytes. */
  const breaking = [Symbol('not a byte')] as unknown as Uint8Array;

  it('is told of, and the next record is for a new one', () => {
    const { transform, asked } = transformAndFallBack();
    expect(transform('traces', 'otlp_proto', breaking)).toEqual({
      ...NO_ROWS,
      kernelFailure: expect.stringContaining('TypeError'),
      plainItems: { kernel_failed: 1 },
    });
    expect(transform('traces', 'otlp_proto', proto('a')).messages).toHaveLength(1);
    expect(asked()).toBe(1);
  });

  it('is told of with the reason why the record is refused', () => {
    const poison = new PoisonRecord('malformed', 'not bytes');
    const { transform, asked } = transformAndFallBack({}, 'lasting', poison);
    expect(() => transform('traces', 'otlp_proto', breaking)).toThrow(poison);
    expect(poison.kernelFailure).toContain('TypeError');
    expect(asked()).toBe(1);
  });

  it('to be made is told of once, and all records are for the plain transform', () => {
    const noMemory = vi.spyOn(WebAssembly, 'Memory').mockImplementation(
      class {
        readonly buffer = raise(new RangeError('could not allocate memory'));
        grow() {}
      },
    );
    onTestFinished(() => noMemory.mockRestore());
    const { transform, asked } = transformAndFallBack();
    const kernelFailure = 'RangeError: could not allocate memory';
    expect(transform('traces', 'otlp_proto', proto('a'))).toMatchObject({ ...NO_ROWS, kernelFailure });
    expect(transform('traces', 'otlp_proto', proto('a'))).toEqual({
      ...NO_ROWS,
      plainItems: { kernel_failed: 1 },
    });
    expect(asked()).toBe(2);
    expect(noMemory).toHaveBeenCalledOnce();
  });
});

it('a poison record is for the plain transform once, and leaves the kernel in use', () => {
  const poison = new PoisonRecord('malformed', 'cut off');
  const { transform, asked } = transformAndFallBack({}, 'until_next_call', poison);
  const memoryOf = (value: Buffer) => transform('traces', 'otlp_proto', value).messages[0]?.value.buffer;
  const memory = memoryOf(proto('a'));
  expect(() => memoryOf(proto('a').subarray(0, -1))).toThrow(poison);
  expect(poison.kernelFailure).toBeUndefined();
  expect(asked()).toBe(1);
  expect(memoryOf(proto('a'))).toBe(memory);
});

it('a record that the kernel rejects is refused with the reason that the plain transform finds', () => {
  const transform = createTransform(allKindsOn());
  const cut = proto('a').subarray(0, -1);
  expect(() => transform('traces', 'otlp_proto', cut)).toThrow(PoisonRecord);
  expect(() => transform('traces', 'otlp_proto', cut)).toThrow(/cut off/);
  expect(transform('traces', 'otlp_proto', proto('a')).messages).toHaveLength(1);
});

describe('items of a kind that is switched off', () => {
  const itemCount = 200_000;
  const FILTERED = { messages: [], itemCount, filteredCount: itemCount };

  /** Escaped it is a third of the kernel's memory. */
  const text = Buffer.alloc(3.5 * 1024 * 1024, 1);
  const attribute = lengthDelimited(lengthDelimited(text, 1), 2);

  /** What all items share, by what it belongs to. */
  const SHARED = {
    resource: lengthDelimited(lengthDelimited(attribute, 1), 1),
    scope: lengthDelimited(lengthDelimited(attribute, 3), 1),
    metric: lengthDelimited(text, 1),
  };
  type Shared = keyof typeof SHARED;
  const sharedBy = (owner: Shared, shared: Shared) => (owner === shared ? SHARED[owner] : Buffer.alloc(0));

  /** A request with so many empty items, or data points of a metric whose data are the field of this number. */
  function request(shared: Shared, dataField?: number): Buffer {
    const items = Buffer.alloc(2 * itemCount, Buffer.from([dataField ? 0x0a : 0x12, 0]));
    const children = dataField
      ? lengthDelimited(Buffer.concat([sharedBy('metric', shared), lengthDelimited(items, dataField)]), 2)
      : items;
    const scope = lengthDelimited(Buffer.concat([sharedBy('scope', shared), children]), 2);
    return lengthDelimited(Buffer.concat([sharedBy('resource', shared), scope]), 1);
  }

  // Where the text is an attribute, there is no memory for as many copies of it as one row takes. Where it is not, a copy for
  // each item would take minutes.

  it.each([
    ['traces', 'resource'],
    ['logs', 'resource'],
    ['logs', 'scope'],
  ] as const)('are not written with what they share: %s with a large %s', (signal, shared) => {
    const kernel = kernelOf(allKindsOff());
    expect(kernel(signal, 'otlp_proto', request(shared))).toEqual(FILTERED);
  });

  const DATA_FIELDS = { gauge: 5, sum: 7, histogram: 9, exponential_histogram: 10, summary: 11 };
  const KINDS = Object.keys(DATA_FIELDS) as (keyof typeof DATA_FIELDS)[];

  it.each(
    KINDS.flatMap(kind => (['resource', 'scope', 'metric'] as const).map(shared => [kind, shared] as const)),
  )('are not written with what they share: %s with a large %s', (kind, shared) => {
    const settings = allKindsOn();
    settings.metrics[kind].enabled = false;
    const kernel = kernelOf(settings);
    expect(kernel('metrics', 'otlp_proto', request(shared, DATA_FIELDS[kind]))).toEqual(FILTERED);
  });

  it('are left to the plain transform when they are malformed, as any other', () => {
    const kernel = kernelOf(allKindsOff());
    const cut = Buffer.from([0x2a, 5]); // A name of a span, a body of a log record, an exemplar of a point.
    const item = lengthDelimited(cut, 2);
    const point = lengthDelimited(lengthDelimited(lengthDelimited(cut, 1), DATA_FIELDS.gauge), 2);
    const requestOf = (items: Buffer) => lengthDelimited(lengthDelimited(items, 2), 1);
    expect(kernel('traces', 'otlp_proto', requestOf(item))).toBe('unusual');
    expect(kernel('logs', 'otlp_proto', requestOf(item))).toBe('unusual');
    expect(kernel('metrics', 'otlp_proto', requestOf(point))).toBe('unusual');
  });
});

describe('the memory of messages', () => {
  const first = proto('first');
  const second = proto('other');

  it('is theirs when they are lasting', () => {
    const { transform } = transformAndFallBack({}, 'lasting');
    const [message] = transform('traces', 'otlp_proto', first).messages;
    const { key, value } = structuredClone({ key: message?.key, value: message?.value });
    transform('traces', 'otlp_proto', second);
    expect(message?.value.equals(value ?? Buffer.alloc(0))).toBe(true);
    expect(message?.key?.equals(key ?? Buffer.alloc(0))).toBe(true);
  });

  it('is used again when they are not', () => {
    const { transform } = transformAndFallBack({}, 'until_next_call');
    const [message] = transform('traces', 'otlp_proto', first).messages;
    expect(message?.value.toString()).toContain('first');
    transform('traces', 'otlp_proto', second);
    expect(message?.value.toString()).toContain('other');
  });

  it('grows with the rows, and what was made before it grew is right', () => {
    const names = Array.from({ length: 3000 }, (_, i) => `${i}`.padEnd(1000, '-'));
    const kernel = kernelOf(allKindsOn());
    const messages = takenBy(kernel, 'traces', 'otlp_proto', proto(...names))?.messages ?? [];
    expect(messages.map(({ value }) => JSON.parse(value.toString()).SpanName)).toStrictEqual(names);
  });
});

function withServiceName(value: KeyValue['value'] & object): Buffer {
  return encodeProtobuf('traces', spans(['a'], [{ key: 'service.name', value }]));
}

function longNames(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${i}`.padEnd(100_000, '-'));
}

function json(...names: string[]): Buffer {
  const request = { resourceSpans: [{ scopeSpans: [{ spans: names.map(name => ({ name })) }] }] };
  return Buffer.from(JSON.stringify(request));
}

/** 20 MB of rows. */
function becomesLarge(): Buffer {
  const large = { key: 'large', value: { stringValue: 'x'.repeat(100_000) } };
  return encodeProtobuf('traces', spans(new Array(200).fill('a'), [large]));
}

/** Rows repeat the resource, so this becomes far more than it has itself. */
function becomesHuge(): Buffer {
  const large = { key: 'large', value: { stringValue: 'x'.repeat(100_000) } };
  return encodeProtobuf('traces', spans(new Array(1000).fill('a'), [large]));
}

function raise(error: Error): never {
  throw error;
}
