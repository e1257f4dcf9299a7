import { type Column, ROW_ID } from '../../tables/columns.js';
import { identifier } from '../../tables/sql.js';
import { addedTableColumns } from '../added-columns.js';
import type { ClickhouseReaderOf, IncomingColumn } from '../clickhouse-reader.js';
import { nativeTableColumns, nativeTypeOf } from './columns.js';

/**
 * Reads blocks: every column has the type that it is written as, so that nothing is converted before the view moves the rows
 * to their table. Times are numbers, which no setting and no time zone of the server changes.
 */
export const nativeReader: ClickhouseReaderOf = (kind, { rowFormat, metricTime, added }) => ({
  format: 'Native',
  settings: [],
  columns: [...nativeTableColumns(kind, rowFormat, metricTime), ...addedTableColumns(added?.[kind])].map(
    incomingColumn,
  ),
  rowIdColumn: incomingColumn(ROW_ID),
});

function incomingColumn({ name, type }: Pick<Column, 'name'> & { type: string }): IncomingColumn {
  return { name, type: nativeTypeOf(type), expression: identifier(name) };
}
