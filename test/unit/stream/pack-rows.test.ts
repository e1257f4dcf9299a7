import { describe, expect, test } from 'vitest';
import { type Config, defaultConfig } from '../../../src/config/schema.js';
import { createTransform } from '../../../src/create-transform.js';
import type { Packing, RowEncoding } from '../../../src/encodings/encoding.js';
import { encodingsByTopic } from '../../../src/encodings/encodings-of.js';
import { rowsPacker } from '../../../src/stream/pack-rows.js';
import type { OutputMessage } from '../../../src/transform/transform-record.js';
import { spansRequest } from '../../support/requests.js';

const UNBOUNDED = () => Number.POSITIVE_INFINITY;

const packerOf = (config: Config) =>
  rowsPacker(
    [config.traces, config.metrics.sum].map(({ topic }) => topic.name),
    encodingsByTopic(config),
  );

function packer(maxBytes = 1000) {
  const config = defaultConfig();
  config.traces.encoding = 'json_lines';
  config.json_lines.max_bytes = maxBytes;
  const pack = packerOf(config);
  if (!pack) throw new Error('nothing is packed');
  return pack;
}

function row(key: string | null, value: string, topic = 'otel-traces'): OutputMessage {
  return { topic, key: key === null ? null : Buffer.from(key), value: Buffer.from(value), itemIndex: 0 };
}

const packed = (rows: OutputMessage[], maxBytes?: number, bytesMaxOf = UNBOUNDED) =>
  packer(maxBytes)(rows, bytesMaxOf).map(({ topic, key, value }) => [
    topic,
    key && String(key),
    String(value),
  ]);

test('without an output of json_lines there is no packer', () => {
  expect(packerOf(defaultConfig())).toBeNull();
});

describe('rows of one record', () => {
  test('of one key become one message, in their order, at the place of the first', () => {
    expect(packed([row('a', '1'), row('b', '2'), row('a', '3'), row('b', '4')])).toEqual([
      ['otel-traces', 'a', '1\n3'],
      ['otel-traces', 'b', '2\n4'],
    ]);
  });

  test('without a key and with an empty one are kept apart', () => {
    expect(packed([row(null, '1'), row('', '2'), row(null, '3')])).toEqual([
      ['otel-traces', null, '1\n3'],
      ['otel-traces', '', '2'],
    ]);
  });

  test('of two topics and one key are kept apart', () => {
    const config = defaultConfig();
    config.traces.encoding = 'json_lines';
    config.metrics.sum.encoding = 'json_lines';
    const sums = config.metrics.sum.topic.name;
    const rows = [row('a', '1'), row('a', '2', sums), row('a', '3'), row(null, '4'), row(null, '5', sums)];
    const messages = packerOf(config)?.(rows, UNBOUNDED) ?? [];
    expect(messages.map(({ topic, value }) => [topic, String(value)])).toEqual([
      ['otel-traces', '1\n3'],
      [sums, '2'],
      ['otel-traces', '4'],
      [sums, '5'],
    ]);
  });

  test('make a new message where it has as many rows as it may', () => {
    const packing: Packing = {
      holds: 'rows_of_key',
      frameBytesMax: 0,
      betweenBytes: 1,
      bytesMax: 1000,
      rowsMax: 2,
      join: rows => Buffer.concat(rows.map(({ value }) => value)),
    };
    const pack = rowsPacker(['otel-traces'], () => ({ packing }) as RowEncoding);
    const rows = ['1', '2', '3'].map(value => row('a', value));
    expect(pack?.(rows, UNBOUNDED).map(({ value }) => String(value))).toEqual(['12', '3']);
  });

  test('of a topic that takes one row per message are left alone', () => {
    expect(packed([row('a', '1', 'otel-logs'), row('a', '2', 'otel-logs')])).toEqual([
      ['otel-logs', 'a', '1'],
      ['otel-logs', 'a', '2'],
    ]);
  });

  test('make a new message where the bytes are full, newlines included', () => {
    const rows = ['11', '22', '33', '4'].map(value => row('a', value));
    expect(packed(rows, 5).map(([, , value]) => value)).toEqual(['11\n22', '33\n4']);
    expect(packed(rows, 4).map(([, , value]) => value)).toEqual(['11', '22', '33\n4']);
  });

  test('a row larger than the bound is a message of its own', () => {
    expect(packed([row('a', '1'), row('a', '22222'), row('a', '3')], 3).map(([, , value]) => value)).toEqual([
      '1',
      '22222',
      '3',
    ]);
  });

  test('stay within what the topic takes, the key included', () => {
    const rows = ['1', '2', '3'].map(value => row('key', value));
    expect(packed(rows, 1000, () => 6).map(([, , value]) => value)).toEqual(['1\n2', '3']);
  });

  test('every message tells which rows it holds', () => {
    const rows = [row('a', '1'), row('b', '2'), row('a', '3')];
    expect(packer()(rows, UNBOUNDED).map(message => message.rows)).toEqual([[rows[0], rows[2]], [rows[1]]]);
  });
});

describe('rows that lie one after the other in memory with newlines between', () => {
  const memory = Buffer.from('111\n222\n333 444');
  const at = (from: number, to: number): OutputMessage => ({
    topic: 'otel-traces',
    key: null,
    value: memory.subarray(from, to),
    itemIndex: 0,
  });

  // Compared by themselves: what does not fit would be shown, and that is the kernel's whole memory.
  test('are not copied', () => {
    const [message] = packer()([at(0, 3), at(4, 7), at(8, 11)], UNBOUNDED);
    expect(String(message?.value)).toBe('111\n222\n333');
    expect(message?.value?.buffer === memory.buffer).toBe(true);
  });

  test('are those that the kernel writes', () => {
    const config = defaultConfig();
    config.traces.encoding = 'json_lines';
    config.traces.key = 'none';
    const transform = createTransform(config, 'until_next_call');
    const { messages: rows } = transform('traces', 'otlp_json', spansRequest(0, 3));

    const packed = packerOf(config)?.(rows, UNBOUNDED) ?? [];
    expect(packed.map(({ value }) => String(value))).toEqual([rows.map(({ value }) => value).join('\n')]);
    expect(packed[0]?.value?.buffer === rows[0]?.value.buffer).toBe(true);
  });

  test('are those of neighbouring metrics', () => {
    const config = defaultConfig();
    config.metrics.sum.encoding = 'json_lines';
    const sum = { aggregationTemporality: 2, isMonotonic: true, dataPoints: [{ asInt: 1 }, { asInt: 2 }] };
    const metrics = ['requests', 'errors'].map(name => ({ name, sum }));
    const request = { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] };
    const transform = createTransform(config, 'until_next_call');
    const { messages: rows } = transform('metrics', 'otlp_json', Buffer.from(JSON.stringify(request)));
    expect(rows).toHaveLength(4);

    const packed = packerOf(config)?.(rows, UNBOUNDED) ?? [];
    expect(packed.map(({ value }) => String(value))).toEqual([rows.map(({ value }) => value).join('\n')]);
    expect(packed[0]?.value?.buffer === rows[0]?.value.buffer).toBe(true);
  });

  test('are joined anew when they only seem to lie so, in memories of their own', () => {
    // Where the first ends in its memory, the second begins in its own.
    const first = at(0, 3);
    const own = new ArrayBuffer(first.value.byteOffset + 100);
    const value = Buffer.from(own, first.value.byteOffset + 4, 3);
    value.write('999');
    const [message] = packer()([first, { ...first, value }], UNBOUNDED);
    expect(String(message?.value)).toBe('111\n999');
  });

  test.each([
    ['something else lies between them', [at(8, 11), at(12, 15)], '333\n444'],
    ['they lie in another order', [at(4, 7), at(0, 3)], '222\n111'],
  ])('are joined anew where %s', (_, rows, expected) => {
    const [message] = packer()(rows, UNBOUNDED);
    expect(String(message?.value)).toBe(expected);
  });
});
