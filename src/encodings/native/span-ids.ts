import type { NativeLayout } from './columns.js';
import { columnsIn, textOfColumn } from './texts.js';

/**
 * See `RowEncoding.spanIds`.
 *
 * @param layout of rows without an id.
 */
export function spanIds(row: Buffer, layout: NativeLayout): string | null {
  if (layout.kind !== 'traces') return null;
  const columns = columnsIn(row, layout);
  if (columns === null) return null;
  const spanId = textOfColumn(row, columns, 'SpanId') ?? '';
  // With `row_format: glassflow`, no id is zeros.
  return /^0*$/.test(spanId) ? null : `${textOfColumn(row, columns, 'TraceId')}/${spanId}`;
}
