import { describe, expect, it } from 'vitest';
import { RowTooLarge } from '../../../../src/encodings/encoding.js';
import { nativeLayout } from '../../../../src/encodings/native/columns.js';
import { nativeRowEncoder } from '../../../../src/encodings/native/encode-row.js';
import { rowJoiner } from '../../../../src/encodings/native/join-rows.js';
import { blockReader } from '../../../../src/encodings/native/read-block.js';
import { RowBytes } from '../../../../src/encodings/native/row-bytes.js';
import { addRowId, rowIdSplitter } from '../../../../src/encodings/native/row-id.js';
import type { RowOf } from '../../../../src/tables/row.js';

const SETTINGS = { row_format: 'clickhouse', metric_time: 'seconds' } as const;
const BYTES_MAX = 1_000_000;

const SUM: RowOf<'sum'> = {
  ResourceAttributes: [['host', 'a']],
  ResourceSchemaUrl: '',
  ScopeName: 's',
  ScopeVersion: '',
  ScopeAttributes: [],
  ScopeDroppedAttrCount: 4_000_000_000,
  ScopeSchemaUrl: '',
  ServiceName: '',
  MetricName: 'm',
  MetricDescription: '',
  MetricUnit: '',
  Attributes: [
    ['k', '1'],
    ['k', '\udcff'],
  ],
  StartTimeUnix: -1n,
  TimeUnix: 2n ** 33n * 1_000_000_000n + 5_000_000_001n,
  Value: Number.NEGATIVE_INFINITY,
  Flags: 1,
  'Exemplars.FilteredAttributes': [[], [['e', 'f']]],
  'Exemplars.TimeUnix': [0n, 1_000_000_000n],
  'Exemplars.Value': [-0, Number.NaN],
  'Exemplars.SpanId': ['', ''],
  'Exemplars.TraceId': ['', ''],
  AggregationTemporality: -2,
  IsMonotonic: true,
};

const asMessage = (value: Buffer) => ({ value });

function withRowId(row: Buffer, rowId: string): Buffer {
  const into = Buffer.alloc(row.length + rowId.length + 2);
  return into.subarray(0, addRowId(row, rowId, into, 0));
}

const end = (count: number) => `${count.toString(16).padStart(2, '0')}00000000000000`;

/** The row above, column by column, in hex. */
const SUM_HEX = [
  `${end(1)} 04686f7374 0161`,
  '00',
  '0173',
  '00',
  end(0),
  '00286bee',
  '00',
  '00',
  '016d',
  '00',
  '00',
  `${end(2)} 016b016b 013101ff`,
  'ffffffff', // One nanosecond before 1970 is the second before, cut to 32 bits.
  '05000000', // 32 bits of what is beyond them.
  '000000000000f0ff',
  '01000000',
  `${end(2)} ${end(0)}${end(1)} 0165 0166`,
  `${end(2)} 0000000001000000`,
  `${end(2)} 0000000000000080 000000000000f87f`,
  `${end(2)} 0000`,
  `${end(2)} 0000`,
  'feffffff',
  '01',
].map(hex => Buffer.from(hex.replaceAll(' ', ''), 'hex'));

describe('the one-row form', () => {
  it('has the data of each column, one after the other', () => {
    const encode = nativeRowEncoder(nativeLayout('sum', SETTINGS, false), new RowBytes(BYTES_MAX));
    expect(encode(SUM).toString('hex')).toBe(Buffer.concat(SUM_HEX).toString('hex'));
  });

  it('keeps nanoseconds where the tables have them', () => {
    const settings = { ...SETTINGS, metric_time: 'nanoseconds' } as const;
    const encode = nativeRowEncoder(nativeLayout('sum', settings, false), new RowBytes(BYTES_MAX));
    expect(encode(SUM).includes(Buffer.from('ffffffffffffffff', 'hex'))).toBe(true);
  });

  it('is not made beyond the bound, and the next row is', () => {
    const size = Buffer.concat(SUM_HEX).length;
    const encode = nativeRowEncoder(nativeLayout('sum', SETTINGS, false), new RowBytes(size));
    expect(() => encode({ ...SUM, MetricUnit: '1' })).toThrow(RowTooLarge);
    expect(encode(SUM)).toHaveLength(size);
  });

  it('grows beyond the room that is kept', () => {
    const layout = nativeLayout('sum', SETTINGS, false);
    const encode = nativeRowEncoder(layout, new RowBytes(16 * BYTES_MAX));
    const text = 'x'.repeat(5 * BYTES_MAX);
    expect(encode({ ...SUM, MetricUnit: text }).includes(text)).toBe(true);
  });
});

describe('a block', () => {
  const layout = nativeLayout('sum', SETTINGS, false);
  const encode = nativeRowEncoder(layout, new RowBytes(BYTES_MAX));
  const row = encode(SUM);
  const empty = encode({
    ...SUM,
    'Exemplars.FilteredAttributes': [],
    'Exemplars.TimeUnix': [],
    'Exemplars.Value': [],
    'Exemplars.SpanId': [],
    'Exemplars.TraceId': [],
  });

  it('of one row is the header and the row, column by column', () => {
    const named = layout.columns.flatMap(({ name, type }, i) => {
      const [nameBytes, typeBytes] = [Buffer.from(name), Buffer.from(type)];
      return [
        Buffer.from([nameBytes.length]),
        nameBytes,
        Buffer.from([typeBytes.length]),
        typeBytes,
        SUM_HEX[i] as Buffer,
      ];
    });
    const expected = Buffer.concat([Buffer.from([23, 1]), ...named]);
    expect(rowJoiner(layout)([row].map(asMessage)).toString('hex')).toBe(expected.toString('hex'));
  });

  it('counts the ends of lists on from row to row, also past rows without any', () => {
    const block = rowJoiner(layout)([row, empty, row].map(asMessage));
    const filtered = Buffer.from(
      `${end(2)}${end(2)}${end(4)} ${end(0)}${end(1)}${end(1)}${end(2)} 01650165 01660166`.replaceAll(
        ' ',
        '',
      ),
      'hex',
    );
    expect(block.includes(Buffer.concat([Buffer.from('Array(Map(String, String))'), filtered]))).toBe(true);
  });

  it('is read back as its rows', () => {
    const block = rowJoiner(layout)([row, empty, row].map(asMessage));
    const read = blockReader(layout)(block)?.map(bytes => bytes.toString('hex'));
    expect(read).toStrictEqual([row, empty, row].map(bytes => bytes.toString('hex')));
  });

  it('has the row ids as its first column', () => {
    const withIds = nativeLayout('sum', SETTINGS, true);
    const rows = [withRowId(row, 'otlp/0/1/0'), withRowId(empty, 'otlp/0/1/1')];
    const block = rowJoiner(withIds)(rows.map(asMessage));
    expect(block.subarray(2, 37).toString('latin1')).toBe('\x05RowId\x06String\x0aotlp/0/1/0\x0aotlp/0/1/1');
    expect(blockReader(withIds)(block)?.map(bytes => bytes.toString('hex'))).toStrictEqual(
      rows.map(bytes => bytes.toString('hex')),
    );
    expect(blockReader(layout)(block)).toBeNull();
    expect(rows.map(bytes => rowIdSplitter(withIds)(bytes).rowId)).toStrictEqual([
      'otlp/0/1/0',
      'otlp/0/1/1',
    ]);
  });
});
