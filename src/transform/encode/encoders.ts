import type { Config } from '../../config/schema.js';
import { ROW_KINDS, type RowKind } from '../../tables/columns.js';
import { clickhouseJsonEncoder } from './json-clickhouse.js';
import { glassflowJsonEncoder } from './json-glassflow.js';
import type { RowEncoder } from './row-encoder.js';

/** The encoder of each row kind, for the row format and time settings of the config. */
export function encodersOf(
  settings: Pick<Config, 'row_format' | 'time_format' | 'metric_time'>,
): Record<RowKind, RowEncoder> {
  const { row_format, time_format, metric_time } = settings;
  const encoderOf = (kind: RowKind) =>
    row_format === 'glassflow'
      ? glassflowJsonEncoder(kind)
      : clickhouseJsonEncoder(kind, time_format, metric_time);
  return Object.fromEntries(ROW_KINDS.map(kind => [kind, encoderOf(kind)])) as Record<RowKind, RowEncoder>;
}
