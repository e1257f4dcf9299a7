import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../../../../src/config/schema.js';
import { encodeProtobuf } from '../../../../src/demo/telemetry/encode-otlp.js';
import { jsonEncodings } from '../../../../src/encodings/json/json.js';
import { nativeEncodings } from '../../../../src/encodings/native/native.js';
import { TRUNCATED_BYTES } from '../../../../src/encodings/truncation.js';
import { ROW_KINDS } from '../../../../src/tables/columns.js';
import type { RowOf } from '../../../../src/tables/row.js';
import { explodedRows } from '../../../support/exploded-rows.js';
import { requests } from '../../../support/otlp-arbitraries.js';

const ROW_ID = 'otlp_logs/3/1234/7';

const LOG: RowOf<'logs'> = {
  Timestamp: 5n,
  TraceId: '0102',
  SpanId: '',
  TraceFlags: 1,
  SeverityText: '',
  SeverityNumber: 9,
  ServiceName: 's',
  Body: 'b'.repeat(7000),
  ResourceSchemaUrl: '',
  ResourceAttributes: [['host', 'h'.repeat(300)]],
  ScopeSchemaUrl: '',
  ScopeName: '',
  ScopeVersion: '',
  ScopeAttributes: [],
  LogAttributes: [
    ['a', 'a'.repeat(9000)],
    ['z', 'z'.repeat(5000)],
  ],
  EventName: '',
};

function settings(changes: Partial<ReturnType<typeof defaultConfig>> = {}) {
  return { ...defaultConfig(), native: { max_bytes: 100_000, max_rows: 1000 }, ...changes };
}

const logs = nativeEncodings(settings())('logs');

/** What a reader sees of a row. */
function read(row: Buffer | null, encoding = logs): Record<string, unknown> {
  const json = row && encoding.toJson(row);
  if (!json) throw new Error('there is no row');
  return JSON.parse(json);
}

function withId(row: Buffer, id = ROW_ID): Buffer {
  const into = Buffer.alloc(row.length + id.length + logs.rowIdBytesMax);
  return into.subarray(0, logs.addRowId(row, id, into, 0));
}

describe('a native row as JSON', () => {
  it('is what encoding: json has for it', () => {
    const signals = fc.constantFrom('traces' as const, 'logs' as const, 'metrics' as const);
    const rows = signals.chain(signal =>
      (requests[signal] as fc.Arbitrary<never>)
        .map(request => encodeProtobuf(signal, request))
        .map(value => ({
          signal,
          value,
        })),
    );
    fc.assert(
      fc.property(
        rows,
        fc.constantFrom('clickhouse' as const, 'glassflow' as const),
        ({ signal, value }, row_format) => {
          // Glassflow's messages have more decimals of metric times than their columns.
          if (row_format === 'glassflow' && signal === 'metrics') return;
          const config = settings({ row_format });
          for (const { kind, row } of explodedRows(signal, value, { rowFormat: row_format })) {
            const native = nativeEncodings(config)(kind);
            expect(native.toJson(native.encode(row))).toBe(
              jsonEncodings(config)(kind).encode(row).toString(),
            );
          }
        },
      ),
    );
  });

  it('is nothing for other bytes', () => {
    for (const kind of ROW_KINDS) {
      const encoding = nativeEncodings(settings())(kind);
      expect(encoding.toJson(Buffer.from('{"Timestamp":1}'))).toBeNull();
      expect(encoding.toJson(Buffer.alloc(0))).toBeNull();
    }
  });
});

describe('the id of a native row', () => {
  const row = logs.encode(LOG);

  it('is taken off as it was put in front', () => {
    const split = logs.splitRowId(withId(row));
    expect(split.rowId).toBe(ROW_ID);
    expect(split.row.equals(row)).toBe(true);
  });

  it('may have numbers of any length', () => {
    const split = logs.splitRowId(withId(row, 'otlp_logs/12/9007199254740991/34'));
    expect(split.rowId).toBe('otlp_logs/12/9007199254740991/34');
    expect(split.row.equals(row)).toBe(true);
  });

  it.each([
    ['text that is none', withId(row, 'note')],
    ['text that ends like one', withId(row, 'x/otlp_logs/3/1234/7')],
    ['text that begins like one', withId(row, 'otlp_logs/3/1234/7/')],
    ['one, but no whole row', withId(row).subarray(0, -1)],
    ['nothing', Buffer.alloc(0)],
    ['text that is cut off', Buffer.from('\x05a/1')],
  ])('is not seen in what begins with %s', (_, bytes) => {
    const split = logs.splitRowId(bytes);
    expect(split.rowId).toBeNull();
    expect(split.row.equals(bytes)).toBe(true);
  });

  it('is not seen in a row that has none', () => {
    expect(logs.splitRowId(row)).toStrictEqual({ row, rowId: null });
    const lookalike = Buffer.from('\x05a/1/2/3 and then something else');
    expect(logs.splitRowId(lookalike)).toStrictEqual({ row: lookalike, rowId: null });
  });
});

describe('a message', () => {
  const row = logs.encode({ ...LOG, Body: '' });
  const join = (rows: readonly Buffer[], row_id: 'none' | 'column') =>
    nativeEncodings(settings({ row_id }))('logs').packing?.join(rows.map(value => ({ value }))) ?? row;

  it('is read with and without ids, whatever the config says now', () => {
    const read = [join([row, row], 'none'), join([withId(row)], 'column')].flatMap(message =>
      logs.rowsIn(message),
    );
    expect(read.map(({ rowId }) => rowId)).toStrictEqual([null, null, ROW_ID]);
    expect(read.every(({ row: bytes }) => bytes.equals(row))).toBe(true);
  });

  it('that is no block is one row that nothing is like', () => {
    const garbage = Buffer.from('{"Timestamp":1}');
    expect(logs.rowsIn(garbage)).toStrictEqual([{ row: garbage, rowId: null }]);
    const cut = join([row], 'none').subarray(0, -1);
    expect(logs.rowsIn(cut)).toStrictEqual([{ row: cut, rowId: null }]);
  });

  it('has no more beside its rows than what is announced', () => {
    const rows = Array.from({ length: 300 }, () => row);
    const frame = join(rows, 'none').length - rows.length * row.length;
    const announced = logs.packing?.frameBytesMax ?? 0;
    expect(frame).toBeLessThanOrEqual(announced);
    expect(frame).toBeGreaterThan(announced - 8);
  });
});

describe('the ids of a span', () => {
  const traces = nativeEncodings(settings())('traces');
  const idsOf = (spanId: string) => {
    const row = { ...emptySpan(), TraceId: 'ab', SpanId: spanId };
    return traces.spanIds(traces.encode(row));
  };

  it('are those of its row', () => {
    expect(idsOf('0c')).toBe('ab/0c');
    expect(idsOf('')).toBeNull();
    expect(idsOf('0000000000000000')).toBeNull();
  });

  it('are none of a log record, nor of other bytes', () => {
    expect(logs.spanIds(logs.encode(LOG))).toBeNull();
    expect(traces.spanIds(Buffer.from('{"TraceId":"ab"}'))).toBeNull();
  });

  function emptySpan(): RowOf<'traces'> {
    const request = encodeProtobuf('traces', {
      resourceSpans: [
        {
          resource: undefined,
          schemaUrl: '',
          scopeSpans: [{ scope: undefined, schemaUrl: '', spans: [EMPTY_SPAN] }],
        },
      ],
    } as never);
    return explodedRows('traces', request)[0]?.row as RowOf<'traces'>;
  }
});

const EMPTY_SPAN = {
  traceId: new Uint8Array(),
  spanId: new Uint8Array(),
  traceState: '',
  parentSpanId: new Uint8Array(),
  name: '',
  kind: 0,
  startTimeUnixNano: 0n,
  endTimeUnixNano: 0n,
  attributes: [],
  events: [],
  links: [],
  status: undefined,
};

describe('a row that is too large', () => {
  it('is described by its ids and its longest texts', () => {
    expect(logs.describe(logs.encode(LOG))).toBe(
      ', TraceId 0102, LogAttributes.a 9000, Body 7000, LogAttributes.z 5000',
    );
    expect(logs.describe(Buffer.from('{}'))).toBe('');
  });

  it('is cut in its longest texts to one length, says so, and the rest stays as it was', () => {
    const shortened = logs.shorten(logs.encode(LOG), 4000);

    expect(shortened?.length).toBeLessThanOrEqual(4000);
    const { LogAttributes, Body, ...rest } = read(shortened);
    const { LogAttributes: _, Body: __, ...before } = read(logs.encode(LOG));
    expect(rest).toEqual(before);
    const { a = '', z = '', [TRUNCATED_BYTES]: truncated } = LogAttributes as Record<string, string>;
    const kept = [a, z, String(Body)].map(
      text => /^([abz]+)…\[truncated (\d+) bytes\]$/.exec(text)?.[1]?.length ?? 0,
    );
    expect(Math.max(...kept) - Math.min(...kept)).toBe(0);
    expect(kept[0]).toBeGreaterThan(1000);
    expect(Number(truncated)).toBe(9000 + 5000 + 7000 - 3 * (kept[0] ?? 0));
    expect(Object.keys(LogAttributes as object)).toEqual(['a', TRUNCATED_BYTES, 'z']);
  });

  it.each([
    [['z'], 0],
    [['a'], 1],
    [[], 0],
  ] as const)('says so in its place among the attributes %j', (keys, place) => {
    const row = logs.encode({ ...LOG, LogAttributes: keys.map(key => [key, ''] as const) });
    const { LogAttributes } = read(logs.shorten(row, 2000));
    expect(Object.keys(LogAttributes as object)[place]).toBe(TRUNCATED_BYTES);
  });

  it('keeps its id whole, and room for it', () => {
    const encoding = nativeEncodings(settings({ row_id: 'column' }))('logs');
    const shortened = encoding.shorten(withId(encoding.encode(LOG)), 4000) ?? Buffer.alloc(0);
    expect(shortened.length).toBeLessThanOrEqual(4000);
    const { row, rowId } = encoding.splitRowId(shortened);
    expect(rowId).toBe(ROW_ID);
    expect(read(row)).toHaveProperty('Body');
  });

  it.each([
    ['two bytes', 'é'],
    ['four bytes', '😀'],
  ])('is not cut within a character of %s', (_, character) => {
    for (const more of ['', 'x', 'xx', 'xxx']) {
      const row = logs.encode({ ...LOG, Body: more + character.repeat(4000), LogAttributes: [] });
      expect(read(logs.shorten(row, 2000))['Body']).toMatch(
        new RegExp(`^x*(${character})+…\\[truncated`, 'u'),
      );
    }
  });

  it('is cut in events and links as well', () => {
    const traces = nativeEncodings(settings())('traces');
    const value = encodeProtobuf('traces', {
      resourceSpans: [
        {
          scopeSpans: [
            {
              spans: [
                {
                  ...EMPTY_SPAN,
                  events: [
                    { timeUnixNano: 1n, name: 'one', attributes: [] },
                    {
                      timeUnixNano: 2n,
                      name: 'n'.repeat(3000),
                      attributes: [{ key: 'message', value: { stringValue: 'm'.repeat(3000) } }],
                    },
                  ],
                },
              ],
            },
          ],
        },
      ],
    } as never);
    const row = traces.encode(explodedRows('traces', value)[0]?.row as RowOf<'traces'>);
    expect(traces.describe(row)).toBe(', Events.Name[] 3000, Events.Attributes[].message 3000');
    const shortened = read(traces.shorten(row, 2000), traces);
    expect(shortened['Events.Name']).toEqual(['one', expect.stringMatching(/^n+…\[truncated \d+ bytes\]$/)]);
    expect(shortened['Events.Attributes']).toEqual([
      {},
      { message: expect.stringMatching(/^m+…\[truncated \d+ bytes\]$/) },
    ]);
    expect(shortened['SpanAttributes']).toHaveProperty([TRUNCATED_BYTES]);
  });

  it('is given up where texts are not what makes it large', () => {
    const attributes = Array.from({ length: 500 }, (_, i) => [`key${i}`, `value ${i}`] as const);
    const row = logs.encode({ ...LOG, Body: '', LogAttributes: attributes });
    expect(logs.shorten(row, 1000)).toBeNull();
    expect(logs.shorten(Buffer.alloc(5000), 1000)).toBeNull();
  });
});
