import { type Column, ROW_ID } from '../../tables/columns.js';
import { identifier } from '../../tables/sql.js';
import type { ClickhouseReaderOf, IncomingColumn } from '../clickhouse-reader.js';
import { nativeTableColumns, nativeTypeOf } from './columns.js';

/**
 * Reads blocks: every column has the type that it is written as, so that nothing is converted before the view moves the rows
 * to their table. Times are numbers, which no setting and no time zone of the server changes.
 */
export const nativeReader: ClickhouseReaderOf = (kind, { rowFormat, metricTime }) => ({
  format: 'Native',
  settings: [],
  columns: nativeTableColumns(kind, rowFormat, metricTime).map(incomingColumn),
  rowIdColumn: incomingColumn(ROW_ID),
});

function incomingColumn({ name, type }: Column): IncomingColumn {
  return { name, type: nativeTypeOf(type), expression: identifier(name) };
}
