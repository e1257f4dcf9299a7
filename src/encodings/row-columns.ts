import { type Config, defaultConfig } from '../config/schema.js';
import { columnsOf, ROW_ID, type RowKind } from '../tables/columns.js';
import { isGlassflowColumn } from '../tables/glassflow-fields.js';
import { type AddingSettings, addedColumnsOf, addedTableColumns } from './added-columns.js';

/** A column of rows. */
export interface RowColumn {
  readonly name: string;
  /** As ClickHouse's tables have it. */
  readonly type: string;
  readonly meaning: string;
}

/**
 * The columns of the rows of a kind, in table order: with `row_id: column` the row's id in front of them, and behind them those
 * that rules add.
 *
 * @param settings a config; without it, the default one.
 */
export function columns(
  kind: RowKind,
  settings: Pick<Config, 'row_format' | 'metric_time' | 'row_id'> & AddingSettings = defaultConfig(),
): readonly RowColumn[] {
  const ofKind = columnsOf(kind, settings.metric_time);
  return [
    ...(settings.row_id === 'column' ? [ROW_ID] : []),
    ...(settings.row_format === 'glassflow' ? ofKind.filter(isGlassflowColumn) : ofKind),
    ...addedTableColumns(addedColumnsOf(settings)[kind]).map(column => ({ ...column, meaning: PROMOTED })),
  ];
}

const PROMOTED = 'Attribute that a rule promotes to a column; null where an item does not have it';
