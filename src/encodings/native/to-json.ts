import type { Row } from '../../tables/row.js';
import type { NativeLayout } from './columns.js';
import { decodeRow } from './decode-row.js';

/**
 * See `RowEncoding.toJson`: the text that `encoding: json` has for the row.
 *
 * @param layout of rows without an id.
 * @param encodeJson of the same kind of rows.
 */
export function toJson(row: Buffer, layout: NativeLayout, encodeJson: (row: Row) => Buffer): string | null {
  const decoded = decodeRow(row, layout);
  if (decoded === null) return null;
  return encodeJson(layout.rowFormat === 'glassflow' ? withSignedDuration(decoded) : decoded).toString();
}

/** The column has the 64 bits of a duration without their sign, which glassflow's messages have. */
function withSignedDuration(row: Row): Row {
  return 'Duration' in row ? { ...row, Duration: BigInt.asIntN(64, row.Duration) } : row;
}
