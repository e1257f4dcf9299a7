import { describe, expect, it } from 'vitest';
import { encodeJson, encodeProtobuf } from '../../../src/demo/telemetry/encode-otlp.js';
import { PoisonRecord } from '../../../src/errors.js';
import { createKernel, createKernelTransform } from '../../../src/kernel/kernel-transform.js';
import type { KeyValue, TracesRequest } from '../../../src/transform/decode/otlp.js';
import {
  createTransform,
  type MessageLifetime,
  type TransformRecord,
  type TransformSettings,
} from '../../../src/transform/transform-record.js';
import { allKindsOn } from '../../support/all-kinds-on.js';

const NO_ROWS = { messages: [], itemCount: 0, filteredCount: 0 };

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
): { transform: TransformRecord; asked: () => number } {
  let asked = 0;
  const plain: TransformRecord = () => {
    asked++;
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
    { what: 'a record over 4 MiB', value: proto('x'.repeat(4 * 1024 * 1024)) },
    { what: 'a service name that is no string', value: withServiceName({ intValue: 1n }) },
    { what: 'more rows than the kernel lists', value: proto(...new Array(70_000).fill('a')) },
    { what: 'rows that need more memory than the kernel may have', value: becomesHuge() },
    { what: 'more items than allowed', value: proto('a', 'b', 'c'), changes: { max_items: 2 } },
    { what: 'more bytes than allowed', value: proto('a'), changes: { max_record_bytes: 5 } },
  ])('for $what', ({ value, changes }) => {
    const limits = { ...allKindsOn().limits, ...changes };
    const { transform, asked } = transformAndFallBack({ limits });
    expect(transform('traces', 'auto', value)).toBe(NO_ROWS);
    expect(asked()).toBe(1);
  });

  it('for settings that the kernel does not know', () => {
    const { transform, asked } = transformAndFallBack({ row_format: 'glassflow' });
    transform('traces', 'otlp_proto', proto('a'));
    expect(asked()).toBe(1);
  });
});

it('a failure of the kernel is told of, and the next record is for a new one', () => {
  const { transform, asked } = transformAndFallBack();
  // No bytes are known that it fails on, so something that is not bytes.
  const breaking = [Symbol('not a byte')] as unknown as Uint8Array;

  expect(transform('traces', 'otlp_proto', breaking)).toEqual({
    ...NO_ROWS,
    kernelFailure: expect.stringContaining('TypeError'),
  });
  expect(transform('traces', 'otlp_proto', proto('a')).messages).toHaveLength(1);
  expect(asked()).toBe(1);
});

it('a record that the kernel rejects is refused with the reason that the plain transform finds', () => {
  const transform = createTransform(allKindsOn());
  const cut = proto('a').subarray(0, -1);
  expect(() => transform('traces', 'otlp_proto', cut)).toThrow(PoisonRecord);
  expect(() => transform('traces', 'otlp_proto', cut)).toThrow(/cut off/);
  expect(transform('traces', 'otlp_proto', proto('a')).messages).toHaveLength(1);
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
    const kernel = createKernel(allKindsOn(), 'until_next_call');
    const { messages = [] } = kernel('traces', 'otlp_proto', proto(...names)) ?? {};
    expect(messages.map(({ value }) => JSON.parse(value.toString()).SpanName)).toStrictEqual(names);
  });
});

/** Rows repeat the resource, so this becomes far more than it has itself. */
function becomesHuge(): Buffer {
  const large = { key: 'large', value: { stringValue: 'x'.repeat(100_000) } };
  return encodeProtobuf('traces', spans(new Array(1000).fill('a'), [large]));
}

function withServiceName(value: KeyValue['value'] & object): Buffer {
  return encodeProtobuf('traces', spans(['a'], [{ key: 'service.name', value }]));
}
