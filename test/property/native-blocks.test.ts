import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeProtobuf } from '../../src/demo/telemetry/encode-otlp.js';
import { type NativeLayout, nativeLayout } from '../../src/encodings/native/columns.js';
import { nativeRowEncoder } from '../../src/encodings/native/encode-row.js';
import { rowJoiner } from '../../src/encodings/native/join-rows.js';
import { blockReader } from '../../src/encodings/native/read-block.js';
import { RowBytes } from '../../src/encodings/native/row-bytes.js';
import { ROW_KINDS } from '../../src/tables/columns.js';
import { explodedRows } from '../support/exploded-rows.js';
import { requests } from '../support/otlp-arbitraries.js';

const anySettings = fc.record({
  row_format: fc.constantFrom('clickhouse' as const, 'glassflow' as const),
  metric_time: fc.constantFrom('seconds' as const, 'nanoseconds' as const),
});

const anyRows = fc.oneof(
  ...(['traces', 'logs', 'metrics'] as const).map(signal =>
    // Each request is one of `signal`; the compiler only sees that it is one of any.
    (requests[signal] as fc.Arbitrary<never>).map(request =>
      explodedRows(signal, encodeProtobuf(signal, request)),
    ),
  ),
);

/** The rows of some requests of one kind, encoded, and their layout. */
const anyEncodedRows = fc
  .tuple(fc.array(anyRows, { minLength: 1, maxLength: 4 }), anySettings, fc.constantFrom(...ROW_KINDS))
  .map(([rows, settings, kind]) => {
    const layout = nativeLayout(kind, settings, false);
    const encode = nativeRowEncoder(layout, new RowBytes(10_000_000));
    const ofKind = rows.flat().filter(row => row.kind === kind);
    return { layout, rows: ofKind.map(({ row }) => encode(row)) };
  })
  .filter(({ rows }) => rows.length > 0);

const hexOf = (rows: readonly Buffer[] | null) => rows?.map(row => row.toString('hex')) ?? null;

describe('blocks of any rows', () => {
  it('are read back as these rows', () => {
    fc.assert(
      fc.property(anyEncodedRows, ({ layout, rows }) => {
        expect(hexOf(readAgain(layout, rows))).toStrictEqual(hexOf(rows));
      }),
    );
  });

  it('that were damaged are no blocks, or blocks of other rows', () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(anyEncodedRows, damage, fc.nat(), ({ layout, rows }, changes, cut) => {
        const block = rowJoiner(layout)(rows.map(value => ({ value })));
        for (const [at, byte] of changes) block[at % block.length] = byte;
        const damaged = block.subarray(0, block.length - (cut % 3));
        const read = blockReader(layout)(damaged);
        if (read !== null) expect(hexOf(readAgain(layout, read))).toStrictEqual(hexOf(read));
      }),
    );
  });

  it('are not seen in any bytes', () => {
    const reader = blockReader(
      nativeLayout('traces', { row_format: 'clickhouse', metric_time: 'seconds' }, false),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), bytes => reader(bytes) === null));
  });
});

function readAgain(layout: NativeLayout, rows: readonly Buffer[]): Buffer[] | null {
  return blockReader(layout)(rowJoiner(layout)(rows.map(value => ({ value }))));
}
