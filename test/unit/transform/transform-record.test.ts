import { describe, expect, it, vi } from 'vitest';
import { type Config, defaultConfig } from '../../../src/config/schema.js';
import { createTransform } from '../../../src/create-transform.js';
import { PoisonRecord } from '../../../src/errors.js';
import type { RowFormat } from '../../../src/tables/row.js';
import type { KeyStrategy } from '../../../src/transform/key.js';
import { createPlainTransform } from '../../../src/transform/plain-transform.js';
import { poisonOf } from './decode/poison-of.js';
import { lengthDelimited } from './decode/wire.js';

const TRACE_ID = '0102030405060708090a0b0c0d0e0f10';

const spans = (serviceName: string, traceId: string) =>
  Buffer.from(
    JSON.stringify({
      resourceSpans: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: serviceName } }] },
          scopeSpans: [{ spans: [{ traceId, spanId: '1112131415161718' }] }],
        },
      ],
    }),
  );

const metrics = Buffer.from(
  JSON.stringify({
    resourceMetrics: [
      {
        scopeMetrics: [
          {
            metrics: [
              { name: 'without data' },
              { name: 'g', gauge: { dataPoints: [{ asInt: '1' }, { asInt: '2' }] } },
              { name: 's', sum: { dataPoints: [{ asInt: '3' }] } },
            ],
          },
        ],
      },
    ],
  }),
);

function withKey(key: KeyStrategy): Config {
  const config = defaultConfig();
  return { ...config, traces: { ...config.traces, key } };
}

function keyOf(key: KeyStrategy, value: Buffer, row_format: RowFormat = 'clickhouse') {
  const transform = createTransform({ ...withKey(key), row_format });
  return transform('traces', 'otlp_json', value).messages[0]?.key;
}

describe('keys', () => {
  it('are the trace id, the service name, a hash, or none', () => {
    const value = spans('cart', TRACE_ID);
    expect(keyOf('trace_id', value)).toStrictEqual(Buffer.from(TRACE_ID));
    expect(keyOf('service_name', value)).toStrictEqual(Buffer.from('cart'));
    expect(keyOf('resource_hash', value)).toHaveLength(16);
    expect(keyOf('none', value)).toBeNull();
  });

  it('are none when the text is empty, which a zero trace id is in clickhouse and not in glassflow', () => {
    const value = spans('', '');
    expect(keyOf('service_name', value)).toBeNull();
    expect(keyOf('trace_id', value)).toBeNull();
    expect(keyOf('trace_id', value, 'glassflow')).toStrictEqual(Buffer.from('0'.repeat(32)));
  });

  it('have the bytes that were sent, where the message has U+FFFD', () => {
    const value = Buffer.from(spans('caf\xe9', TRACE_ID).toString(), 'latin1');
    const { messages } = createTransform(withKey('service_name'))('traces', 'otlp_json', value);
    expect(messages[0]?.key).toStrictEqual(Buffer.from('caf\xe9', 'latin1'));
    expect(JSON.parse(String(messages[0]?.value)).ServiceName).toBe('caf\ufffd');
  });
});

describe('kinds that are switched off', () => {
  it('make no row and are counted; a metric without data is no item', () => {
    const { messages, itemCount, filteredCount } = createTransform(defaultConfig())(
      'metrics',
      'auto',
      metrics,
    );
    expect(messages.map(({ topic, itemIndex }) => [topic, itemIndex])).toStrictEqual([
      ['otel-metrics-sum', 2],
    ]);
    expect({ itemCount, filteredCount }).toStrictEqual({ itemCount: 3, filteredCount: 2 });
  });
});

it('an empty request makes nothing', () => {
  expect(createTransform(defaultConfig())('logs', 'otlp_proto', Buffer.alloc(0))).toStrictEqual({
    messages: [],
    itemCount: 0,
    filteredCount: 0,
  });
});

it('a record whose rows would be far larger than itself is refused', () => {
  const attributes = [{ key: 'large', value: { stringValue: 'x'.repeat(2 ** 20) } }];
  const spans = Array.from({ length: 300 }, () => ({}));
  const request = { resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans }] }] };
  const value = Buffer.from(JSON.stringify(request));

  expect(() => createTransform(defaultConfig())('traces', 'otlp_json', value)).toThrow(PoisonRecord);
});

describe('a row that is larger than any row may be', () => {
  const MIB = 2 ** 20;
  const transform = (value: Buffer, changes: Partial<Config> = {}) =>
    createTransform({ ...defaultConfig(), ...changes })('logs', 'otlp_proto', value);
  const log = (body: Buffer) => lengthDelimited(lengthDelimited(lengthDelimited(body, 1), 5), 2);
  const request = (...logs: Buffer[]) => lengthDelimited(lengthDelimited(Buffer.concat(logs), 2), 1);

  it.each([
    ['for its bytes', Buffer.alloc(33 * MIB, 'a')],
    ['for its escapes', Buffer.alloc(6 * MIB, 0x01)],
    ['for bytes that are not UTF-8', Buffer.alloc(6 * MIB, 0xff)],
  ])('%s is told and not made; its neighbours are', (_, body) => {
    const small = log(Buffer.from('small'));
    const { messages, itemCount } = transform(request(small, log(body), small));
    expect(itemCount).toBe(3);
    expect(messages.map(({ itemIndex, tooLargeBytes }) => [itemIndex, tooLargeBytes])).toEqual([
      [0, undefined],
      [1, 32 * MIB],
      [2, undefined],
    ]);
    expect(messages[1]?.value).toHaveLength(0);
    expect(messages[2]?.value).toEqual(messages[0]?.value);
    expect(JSON.parse(String(messages[0]?.value)).Body).toBe('small');
  });

  it('is made where such a message may be sent', () => {
    const producer = { ...defaultConfig().producer, max_message_bytes: 40 * MIB };
    const { messages } = transform(request(log(Buffer.alloc(33 * MIB, 'a'))), { producer });
    expect(messages[0]?.tooLargeBytes).toBeUndefined();
    expect(messages[0]?.value.length).toBeGreaterThan(33 * MIB);
  });
});

describe('what V8 refuses', () => {
  const transform = createPlainTransform(defaultConfig());
  const record = spans('checkout', TRACE_ID);
  const transformFailing = (problem: string) => () => {
    const failing = vi.spyOn(JSON, 'stringify').mockImplementation(() => {
      throw new RangeError(problem);
    });
    try {
      return transform('traces', 'otlp_json', record);
    } finally {
      failing.mockRestore();
    }
  };

  it.each([
    ['a text', 'Invalid string length', 'bytes_limit'],
    ['memory', 'Array buffer allocation failed', 'bytes_limit'],
    ['a stack', 'Maximum call stack size exceeded', 'nesting_limit'],
  ])('%s concerns the record only', (_, problem, reason) => {
    const before = transform('traces', 'otlp_json', record);
    expect(poisonOf(transformFailing(problem)).reason).toBe(reason);
    expect(transform('traces', 'otlp_json', record)).toEqual(before);
  });

  it('is a defect when it is anything else', () => {
    expect(transformFailing('of another kind')).toThrow(RangeError);
  });
});
