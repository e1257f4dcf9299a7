import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeProtobuf } from '../../src/demo/telemetry/encode-otlp.js';
import { type NativeLayout, nativeLayout } from '../../src/encodings/native/columns.js';
import { nativeRowEncoder } from '../../src/encodings/native/encode-row.js';
import { fastRowJoiners } from '../../src/encodings/native/fast-join.js';
import { type JoinRows, rowJoiner } from '../../src/encodings/native/join-rows.js';
import { RowBytes } from '../../src/encodings/native/row-bytes.js';
import { addRowId, ROW_ID_BYTES_MAX } from '../../src/encodings/native/row-id.js';
import { ROW_KINDS } from '../../src/tables/columns.js';
import { explodedRows } from '../support/exploded-rows.js';
import { requests } from '../support/otlp-arbitraries.js';

/** The fast joiner is held to the plain one: blocks of any rows are the same, byte for byte. */

/** How often the plain one was asked by the fast one, as it is of what is no row. */
let asked = 0;
const joinerOf = fastRowJoiners(layout => {
  const plain = rowJoiner(layout);
  return rows => {
    asked++;
    return plain(rows);
  };
});

/** Each made once: there is place for some dozens. */
const LAYOUTS = (['clickhouse', 'glassflow'] as const).flatMap(row_format =>
  (['seconds', 'nanoseconds'] as const).flatMap(metric_time =>
    [false, true].flatMap(hasRowId =>
      ROW_KINDS.map(kind => {
        const settings = { row_format, metric_time };
        const layout = nativeLayout(kind, settings, hasRowId);
        const encode = nativeRowEncoder(nativeLayout(kind, settings, false), new RowBytes(10_000_000));
        return { layout, encode, plain: rowJoiner(layout), joined: joinerOf(layout) };
      }),
    ),
  ),
);

const anyRows = fc.oneof(
  ...(['traces', 'logs', 'metrics'] as const).map(signal =>
    // Each request is one of `signal`; the compiler only sees that it is one of any.
    (requests[signal] as fc.Arbitrary<never>).map(request =>
      explodedRows(signal, encodeProtobuf(signal, request)),
    ),
  ),
);

/** The rows of some requests of one kind, encoded, some of them many times, and how they are joined. */
const anyJoined = fc
  .tuple(
    fc.array(anyRows, { minLength: 1, maxLength: 4 }),
    fc.constantFrom(...LAYOUTS),
    fc.boolean(),
    fc.integer({ min: 1, max: 40 }),
  )
  .map(([rows, { layout, encode, plain, joined }, sideBySide, times]) => {
    const ofKind = rows.flat().filter(row => row.kind === layout.kind);
    const encoded = ofKind.map(({ row }, i) => withId(layout, encode(row), `otlp/0/${'9'.repeat(i)}`));
    const repeated = Array.from({ length: times }, () => encoded).flat();
    return { rows: sideBySide ? besideEachOther(repeated) : repeated, plain, joined };
  })
  .filter(({ rows }) => rows.length > 0);

function withId({ hasRowId }: NativeLayout, row: Buffer, rowId: string): Buffer {
  if (!hasRowId) return row;
  const into = Buffer.alloc(row.length + rowId.length + ROW_ID_BYTES_MAX);
  return into.subarray(0, addRowId(row, rowId, into, 0));
}

/** As the kernel leaves its rows. */
function besideEachOther(rows: readonly Buffer[]): Buffer[] {
  const all = Buffer.concat(rows);
  let end = 0;
  return rows.map(({ length }) => {
    end += length;
    return all.subarray(end - length, end);
  });
}

/** The block, or what is wrong. */
function outcome(join: JoinRows, rows: readonly Buffer[]): string {
  try {
    return join(rows.map(value => ({ value }))).toString('hex');
  } catch (error) {
    return String(error);
  }
}

it('makes the same block of any rows', () => {
  fc.assert(
    fc.property(anyJoined, ({ rows, plain, joined }) => {
      expect(outcome(joined, rows)).toBe(outcome(plain, rows));
    }),
    { numRuns: 200 },
  );
  expect(asked).toBe(0);
});

it('makes the same block of rows that were damaged, or says the same of them', () => {
  const damage = fc.array(
    fc.tuple(fc.nat(), fc.nat(), fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 127, 128, 255))),
    {
      minLength: 1,
      maxLength: 4,
    },
  );
  fc.assert(
    fc.property(
      anyJoined,
      fc.array(damage, { minLength: 10, maxLength: 10 }),
      ({ rows, plain, joined }, damages) => {
        for (const changes of damages) {
          const damaged = rows.map(row => Buffer.from(row));
          for (const [i, at, byte] of changes) {
            const row = damaged[i % damaged.length] as Buffer;
            row[at % row.length] = byte;
          }
          expect(outcome(joined, damaged)).toBe(outcome(plain, damaged));
        }
      },
    ),
    { numRuns: 40 },
  );
});

it('makes blocks that are larger than its memory too', () => {
  const { encode, plain, joined } = LAYOUTS[0] as (typeof LAYOUTS)[number];
  const [first] = explodedRows('traces', encodeProtobuf('traces', ONE_LARGE_SPAN));
  const row = encode((first as { row: Parameters<typeof encode>[0] }).row);
  asked = 0;
  for (const times of [1, 3, 9]) {
    const rows = Array.from({ length: times }, () => ({ value: row }));
    expect(joined(rows).equals(plain(rows))).toBe(true);
  }
  expect(asked).toBe(1);
});

const ONE_LARGE_SPAN = {
  resourceSpans: [
    {
      scopeSpans: [
        {
          spans: [
            {
              traceId: Buffer.alloc(16, 1),
              spanId: Buffer.alloc(8, 2),
              traceState: '',
              parentSpanId: Buffer.alloc(0),
              flags: 0,
              name: 'n'.repeat(5_000_000),
              kind: 0,
              startTimeUnixNano: 1n,
              endTimeUnixNano: 3n,
              attributes: [],
              droppedAttributesCount: 0,
              events: [],
              droppedEventsCount: 0,
              links: [],
              droppedLinksCount: 0,
            },
          ],
          schemaUrl: '',
        },
      ],
      schemaUrl: '',
    },
  ],
};
