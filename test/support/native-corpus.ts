import { nativeLayout } from '../../src/encodings/native/columns.js';
import { nativeRowEncoder } from '../../src/encodings/native/encode-row.js';
import { rowJoiner } from '../../src/encodings/native/join-rows.js';
import { RowBytes } from '../../src/encodings/native/row-bytes.js';
import type { MetricTime, RowKind } from '../../src/tables/columns.js';
import type { Row, RowFormat } from '../../src/tables/row.js';

export type NativeSettings = Readonly<{ row_format: RowFormat; metric_time: MetricTime }>;

const ROW_BYTES_MAX = 32 * 1024 * 1024;

/** Rows of one kind in blocks of at most so many rows. */
export function nativeBlocks(
  kind: RowKind,
  rows: readonly Row[],
  settings: NativeSettings,
  rowsMax: number,
): Buffer[] {
  const layout = nativeLayout(kind, settings, false);
  const encode = nativeRowEncoder(layout, new RowBytes(ROW_BYTES_MAX));
  const join = rowJoiner(layout);
  const encoded = rows.map(row => ({ value: encode(row) }));
  return Array.from({ length: Math.ceil(rows.length / rowsMax) }, (_, i) =>
    join(encoded.slice(i * rowsMax, (i + 1) * rowsMax)),
  );
}
