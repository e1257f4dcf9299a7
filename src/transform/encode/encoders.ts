import type { Config } from '../../config/schema.js';
import { ROW_KINDS, type RowKind } from '../../tables/columns.js';
import { clickhouseJsonEncoder } from './json-clickhouse.js';
import { glassflowJsonEncoder } from './json-glassflow.js';
import { escapeHtml } from './json-text.js';
import type { RowEncoder } from './row-encoder.js';
import { RowText } from './row-text.js';

/**
 * The encoder of each row kind, for the row format and time settings of the config.
 *
 * @param rowBytesMax what no row may be larger than.
 */
export function encodersOf(
  settings: Pick<Config, 'row_format' | 'time_format' | 'metric_time'>,
  rowBytesMax: number,
): Record<RowKind, RowEncoder> {
  const { row_format, time_format, metric_time } = settings;
  const out = row_format === 'glassflow' ? new RowText(rowBytesMax, escapeHtml) : new RowText(rowBytesMax);
  const encoderOf = (kind: RowKind) =>
    row_format === 'glassflow'
      ? glassflowJsonEncoder(kind, out)
      : clickhouseJsonEncoder(kind, time_format, metric_time, out);
  return Object.fromEntries(ROW_KINDS.map(kind => [kind, encoderOf(kind)])) as Record<RowKind, RowEncoder>;
}
