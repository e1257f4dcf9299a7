import { columnsOf, type MetricTime, type RowKind } from '../../tables/columns.js';
import { type JsonNotation, rowWriter } from './json.js';
import { numberText } from './json-text.js';
import type { RowEncoder } from './row-encoder.js';
import { blankSeparated, rfc3339, tenDigitSeconds } from './time-text.js';

/**
 * - `exact`: bare nanoseconds and, for columns of seconds, a ten-digit string: read right by every ClickHouse version,
 *   date mode and time zone.
 * - `text`, `rfc3339`: for people and other readers; columns of seconds too have all nine digits.
 */
export type TimeFormat = 'exact' | 'text' | 'rfc3339';

/** JSON that ClickHouse's JSONEachRow stores as the exporter's native inserts would, with default settings. */
export function clickhouseJsonEncoder(
  kind: RowKind,
  timeFormat: TimeFormat,
  metricTime: MetricTime,
): RowEncoder {
  const fields = columnsOf(kind, metricTime).map(
    column => ({ name: column.name, column, emptyList: '[]' }) as const,
  );
  const write = rowWriter(fields, { float, ...TIME_NOTATIONS[timeFormat] });
  return row => Buffer.from(write(row), 'utf8');
}

const TIME_NOTATIONS: Record<TimeFormat, Pick<JsonNotation, 'nanoseconds' | 'seconds'>> = {
  exact: { nanoseconds: String, seconds: unixNano => `"${tenDigitSeconds(unixNano)}"` },
  text: quotedTimes(blankSeparated),
  rfc3339: quotedTimes(rfc3339),
};

function quotedTimes(text: (unixNano: bigint) => string): Pick<JsonNotation, 'nanoseconds' | 'seconds'> {
  const quoted = (unixNano: bigint) => `"${text(unixNano)}"`;
  return { nanoseconds: quoted, seconds: quoted };
}

/** JSON has no NaN and no infinities; ClickHouse reads these words in quotes. A bare `null` it would store as 0. */
function float(value: number): string {
  return Number.isFinite(value) ? numberText(value) : `"${value}"`;
}
