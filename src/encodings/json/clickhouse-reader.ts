import { type Column, columnsOf, ROW_ID, type RowKind } from '../../tables/columns.js';
import { isGlassflowColumn } from '../../tables/glassflow-fields.js';
import { identifier } from '../../tables/sql.js';
import { addedTableColumns } from '../added-columns.js';
import type { ClickhouseReaderOf, IncomingColumn, ReadOptions } from '../clickhouse-reader.js';

/** Reads JSON, one row in a message or one on each line. */
export const jsonReader: ClickhouseReaderOf = (kind, options) => ({
  format: 'JSONEachRow',
  settings: [...timeSettings(options), ...nestedSettings(options)],
  columns: [...rowColumns(kind, options), ...addedTableColumns(options.added?.[kind]).map(incomingColumn)],
  rowIdColumn: incomingColumn(ROW_ID),
});

function rowColumns(kind: RowKind, { rowFormat, metricTime }: ReadOptions): IncomingColumn[] {
  const columns = columnsOf(kind, metricTime);
  if (rowFormat === 'clickhouse') return columns.map(incomingColumn);
  return columns.filter(isGlassflowColumn).map(glassflowColumn);
}

/**
 * Every time is read with nine decimals in UTC and cut to the target's precision by the view, so that a text without a
 * zone is right in any time zone of the server.
 */
function incomingColumn({ name, type }: Pick<Column, 'name'> & { type: string }): IncomingColumn {
  return {
    name,
    type: type.replace(/DateTime(64\(9\))?/, "DateTime64(9, 'UTC')"),
    expression: identifier(name),
  };
}

/** As `incomingColumn`, but for what glassflow writes in a way that the target column would refuse or misread. */
function glassflowColumn(column: Column): IncomingColumn {
  const incoming = incomingColumn(column);
  const { expression } = incoming;
  // A span that ends before it starts has a negative duration; the exporter's table holds it wrapped around.
  if (column.name === 'Duration') {
    return { ...incoming, type: 'Int64', expression: `reinterpretAsUInt64(${expression})` };
  }
  // NaN is sent as null, which a plain column would store as a plausible 0.
  if (column.type === 'Float64') {
    return { ...incoming, type: 'Nullable(Float64)', expression: `ifNull(${expression}, nan)` };
  }
  if (column.type === 'Array(Float64)') {
    const nanForNull = `arrayMap(value -> ifNull(value, nan), ${expression})`;
    return { ...incoming, type: 'Array(Nullable(Float64))', expression: nanForNull };
  }
  return incoming;
}

/** Pinned, since the default of servers became `best_effort` with 26.5. */
function timeSettings({ rowFormat, timeFormat }: ReadOptions): string[] {
  if (rowFormat === 'clickhouse' && timeFormat === 'rfc3339') {
    return ['-- Reads time_format: rfc3339 and text.', "date_time_input_format = 'best_effort'"];
  }
  return ['-- Reads time_format: exact and text, on every server.', "date_time_input_format = 'basic'"];
}

function nestedSettings({ rowFormat }: ReadOptions): string[] {
  if (rowFormat === 'clickhouse') return [];
  return [
    '-- Exemplars and quantiles are nested objects; without this they are dropped without a word.',
    'input_format_import_nested_json = 1',
  ];
}
