import { describe, expect, it } from 'vitest';
import { decodeRecord } from '../../../../src/transform/decode/decode-record.js';
import { DEFAULT_LIMITS } from '../../../../src/transform/decode/limits.js';
import type { LogRecord, Metric, Span } from '../../../../src/transform/decode/otlp.js';
import { poisonOf } from './poison-of.js';
import {
  bytesField,
  fixed64Field,
  logRequest,
  metricRequest,
  spanRequest,
  tag,
  varint,
  varintField,
} from './wire.js';

function decodeSpan(...fields: number[][]): Span | undefined {
  const decoded = decodeRecord('traces', 'otlp_proto', spanRequest(...fields), DEFAULT_LIMITS);
  return decoded.signal === 'traces' ? decoded.request.resourceSpans[0]?.scopeSpans[0]?.spans[0] : undefined;
}

function decodeLog(...fields: number[][]): LogRecord | undefined {
  const decoded = decodeRecord('logs', 'otlp_proto', logRequest(...fields), DEFAULT_LIMITS);
  return decoded.signal === 'logs' ? decoded.request.resourceLogs[0]?.scopeLogs[0]?.logRecords[0] : undefined;
}

function decodeMetric(...fields: number[][]): Metric | undefined {
  const decoded = decodeRecord('metrics', 'otlp_proto', metricRequest(...fields), DEFAULT_LIMITS);
  return decoded.signal === 'metrics'
    ? decoded.request.resourceMetrics[0]?.scopeMetrics[0]?.metrics[0]
    : undefined;
}

const refusal = (...fields: number[][]) => poisonOf(() => decodeSpan(...fields));

describe('fields', () => {
  it('take the last value of a scalar that is sent twice', () => {
    expect(decodeSpan(bytesField(5, 'first'), bytesField(5, 'last'))?.name).toBe('last');
  });

  it('merge a message that is sent twice', () => {
    const span = decodeSpan(bytesField(15, bytesField(2, 'm')), bytesField(15, varintField(3, 2)));
    expect(span?.status).toStrictEqual({ message: 'm', code: 2 });
  });

  it('start a member of a oneof anew when it is sent twice', () => {
    const one = bytesField(5, bytesField(1, varintField(3, 1)));
    const two = bytesField(5, bytesField(1, varintField(3, 2)));
    expect(decodeLog(bytesField(5, one, two))?.body).toStrictEqual({
      arrayValue: { values: [{ intValue: 2n }] },
    });
  });

  it('keep the last member of a oneof', () => {
    expect(decodeMetric(bytesField(5), bytesField(7))).toStrictEqual({
      name: '',
      description: '',
      unit: '',
      sum: { dataPoints: [], aggregationTemporality: 0, isMonotonic: false },
      metadata: [],
    });
  });

  it('read numbers packed, unpacked and mixed', () => {
    const packed = bytesField(2, [...varint(1), ...varint(300)]);
    const buckets = bytesField(8, packed, varintField(2, 2n ** 64n - 1n), packed);
    const metric = decodeMetric(bytesField(10, bytesField(1, buckets)));
    expect(metric?.exponentialHistogram?.dataPoints[0]?.positive).toStrictEqual({
      offset: 0,
      bucketCounts: [1n, 300n, 2n ** 64n - 1n, 1n, 300n],
    });
  });

  it('drop the upper bits of numbers that are too long', () => {
    expect(decodeSpan(varintField(6, 2n ** 32n + 2n))?.kind).toBe(2);
    expect(decodeSpan(varintField(6, -1n))?.kind).toBe(-1);
    expect(decodeSpan(varintField(10, 2n ** 40n + 7n))?.droppedAttributesCount).toBe(7);
  });

  it('read zigzag at its ends and beyond', () => {
    const scaleOf = (wire: number | bigint) =>
      decodeMetric(bytesField(10, bytesField(1, varintField(6, wire))))?.exponentialHistogram?.dataPoints[0]
        ?.scale;
    expect([0, 1, 2, 0xfffffffe, 0xffffffff].map(scaleOf)).toStrictEqual([0, -1, 1, 2 ** 31 - 1, -(2 ** 31)]);
    expect([2n ** 32n, 2n ** 32n + 1n, 2n ** 64n - 1n].map(scaleOf)).toStrictEqual([
      -(2 ** 31),
      2 ** 31 - 1,
      0,
    ]);
  });

  it('take any varint but zero for true', () => {
    expect(decodeLog(bytesField(5, varintField(2, 2n ** 40n)))?.body).toStrictEqual({ boolValue: true });
    expect(decodeLog(bytesField(5, [...tag(2, 0), 0x80, 0x80, 0x00]))?.body).toStrictEqual({
      boolValue: false,
    });
  });

  it('pass over what the schema does not know, groups within groups included', () => {
    const unknown = [
      varintField(99, 5),
      fixed64Field(99, 5n),
      bytesField(99, 'x'),
      [...tag(99, 5), 1, 2, 3, 4],
      [
        ...tag(99, 3),
        ...varintField(1, 1),
        ...tag(98, 3),
        ...bytesField(5, 'no name'),
        ...tag(98, 4),
        ...tag(99, 4),
      ],
    ];
    expect(decodeSpan(...unknown, bytesField(5, 'op'))?.name).toBe('op');
  });

  it('keep ids of full length, zero or not, and empty ones', () => {
    const zero = decodeSpan(bytesField(1, Array(16).fill(0)), bytesField(2, []));
    expect(zero?.traceId).toStrictEqual(Buffer.alloc(16));
    expect(zero?.spanId).toStrictEqual(Buffer.alloc(0));
  });
});

describe('refuses', () => {
  const NAME = 'resourceSpans[0].scopeSpans[0].spans[0]';

  it.each([
    ['a wrong wire type', varintField(5, 1), `${NAME}.name`, 'has wire type 0, expected 2 (string)'],
    ['a number where a list of messages is', varintField(9, 1), `${NAME}.attributes[0]`, 'has wire type 0'],
    ['field number 0', [0x02, 0x00], NAME, 'field number 0 is not allowed'],
    ['a field number beyond the format', [0x80, 0x80, 0x80, 0x80, 0x10], NAME, 'field number out of range'],
    [
      'a varint of eleven bytes',
      [...tag(6, 0), ...Array(10).fill(0xff), 1],
      `${NAME}.kind`,
      'more than 10 bytes',
    ],
    [
      'a length beyond the end',
      [...tag(5, 2), 0x05, 0x61],
      `${NAME}.name`,
      'a length of 5 is announced, 1 bytes are left',
    ],
    [
      'a length of 64 bits',
      [...tag(5, 2), ...varint(2n ** 63n)],
      `${NAME}.name`,
      'a length of 9223372036854776000 is announced',
    ],
    ['a number cut off', [...tag(7, 1), 1, 2, 3], `${NAME}.startTimeUnixNano`, 'cut off'],
    ['a tag cut off', [0x80], NAME, 'cut off'],
    ['an id too short', bytesField(1, [1, 2]), `${NAME}.traceId`, 'has 2 bytes, expected 16 or none'],
    [
      'an id too long',
      bytesField(4, Array(9).fill(1)),
      `${NAME}.parentSpanId`,
      'has 9 bytes, expected 8 or none',
    ],
    ['a wire type that does not exist', tag(99, 6), NAME, 'wire type 6 does not exist'],
    ['the end of a group that was not begun', tag(99, 4), NAME, 'end of a group that was not begun'],
    ['a group without end', tag(99, 3), NAME, 'cut off'],
  ])('%s, and says where', (_what, field, fieldPath, problem) => {
    const poison = refusal(field);
    expect(poison.reason).toBe('malformed');
    expect(poison.fieldPath).toBe(fieldPath);
    expect(poison.message).toContain(problem);
  });

  it('a sub-message that runs into its parent', () => {
    // The event announces 3 bytes; its name would need bytes that belong to the span.
    const poison = refusal([...tag(11, 2), 3, ...tag(2, 2), 4, 0x61], bytesField(5, 'operation'));
    expect(poison.fieldPath).toBe('resourceSpans[0].scopeSpans[0].spans[0].events[0].name');
  });

  it('a packed list whose last number is cut off', () => {
    const poison = poisonOf(() =>
      decodeMetric(bytesField(9, bytesField(1, bytesField(6, Array(12).fill(0))))),
    );
    expect(poison.fieldPath).toBe(
      'resourceMetrics[0].scopeMetrics[0].metrics[0].histogram.dataPoints[0].bucketCounts[1]',
    );
  });

  it('with the offset in the record of the byte that is wrong', () => {
    const request = spanRequest(bytesField(5, 'op'), bytesField(1, [1, 2]));
    const poison = poisonOf(() => decodeRecord('traces', 'otlp_proto', request, DEFAULT_LIMITS));
    expect(poison.byteOffset).toBe(request.length - 3); // The length of the id, before its two bytes.
    expect(poison.message).toContain(`(byte ${request.length - 3})`);
  });
});
