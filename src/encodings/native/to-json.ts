import type { Row } from '../../tables/row.js';
import type { AddedColumns } from '../added-columns.js';
import type { RowEncoding } from '../encoding.js';
import type { NativeLayout } from './columns.js';
import { decodeRow } from './decode-row.js';

/**
 * See `RowEncoding.toJson`: the text that `encoding: json` has for the row.
 *
 * @param layout of rows without an id.
 * @param json that encoding, of the same kind of rows.
 */
export function toJson(
  row: Buffer,
  layout: NativeLayout,
  added: AddedColumns,
  json: Pick<RowEncoding, 'encode' | 'addColumns'>,
): string | null {
  const decoded = decodeRow(row, layout, added);
  if (decoded === null) return null;
  const encoded = json.encode(
    layout.rowFormat === 'glassflow' ? withSignedDuration(decoded.row) : decoded.row,
  );
  if (added.length === 0) return encoded.toString();
  const text = Buffer.allocUnsafe(encoded.length + json.addColumns.bytesMax(decoded.added));
  return text.toString('utf8', 0, json.addColumns.write(encoded, decoded.added, text, 0));
}

/** The column has the 64 bits of a duration without their sign, which glassflow's messages have. */
export function withSignedDuration(row: Row): Row {
  return 'Duration' in row ? { ...row, Duration: BigInt.asIntN(64, row.Duration) } : row;
}
