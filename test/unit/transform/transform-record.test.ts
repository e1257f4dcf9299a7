import { describe, expect, it } from 'vitest';
import { type Config, defaultConfig } from '../../../src/config/schema.js';
import { PoisonRecord } from '../../../src/errors.js';
import type { RowFormat } from '../../../src/tables/row.js';
import type { KeyStrategy } from '../../../src/transform/key.js';
import { createTransform } from '../../../src/transform/transform-record.js';
import { poisonOf } from './decode/poison-of.js';
import { bytesField, lengthDelimited } from './decode/wire.js';

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

it('a record with a row that is longer than a string can be is refused', { timeout: 120_000 }, () => {
  // One byte each in protobuf and six characters in a row, which shows it as an attribute and as the service name.
  const name = Buffer.alloc(46 * 2 ** 20, 0x01);
  const keyValue = Buffer.concat([
    Buffer.from(bytesField(1, 'service.name')),
    lengthDelimited(lengthDelimited(name, 1), 2),
  ]);
  const resource = lengthDelimited(lengthDelimited(keyValue, 1), 1);
  const value = lengthDelimited(Buffer.concat([resource, Buffer.from(bytesField(2, bytesField(2)))]), 1);

  const poison = poisonOf(() => createTransform(defaultConfig())('logs', 'otlp_proto', value));

  expect(poison.reason).toBe('bytes_limit');
  expect(poison.message).toContain('a row would have more than');
});
