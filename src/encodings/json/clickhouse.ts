import { columnsOf, type MetricTime, type RowKind } from '../../tables/columns.js';
import type { TimeFormat } from '../../tables/row.js';
import { numberText } from '../../values/json-text.js';
import { blankSeparated, decimalSeconds, rfc3339, tenDigitSeconds } from '../../values/time-text.js';
import type { RowEncoding } from '../encoding.js';
import { type JsonNotation, jsonEncoder } from './encode.js';
import type { RowText } from './row-text.js';

/** JSON that ClickHouse's JSONEachRow stores as the exporter's native inserts would, with default settings. */
export function clickhouseJsonEncoder(
  kind: RowKind,
  timeFormat: TimeFormat,
  metricTime: MetricTime,
  out: RowText,
): RowEncoding['encode'] {
  const fields = columnsOf(kind, metricTime).map(
    column => ({ name: column.name, column, emptyList: '[]' }) as const,
  );
  return jsonEncoder(fields, { float, ...TIME_NOTATIONS[timeFormat] }, out);
}

/** How times are written. */
export const TIME_NOTATIONS: Record<TimeFormat, Pick<JsonNotation, 'nanoseconds' | 'seconds'>> = {
  exact: { nanoseconds: quoted(decimalSeconds), seconds: quoted(tenDigitSeconds) },
  text: { nanoseconds: quoted(blankSeparated), seconds: quoted(blankSeparated) },
  rfc3339: { nanoseconds: quoted(rfc3339), seconds: quoted(rfc3339) },
};

function quoted(text: (unixNano: bigint) => string): (unixNano: bigint) => string {
  return unixNano => `"${text(unixNano)}"`;
}

/** JSON has no NaN and no infinities; ClickHouse reads these words in quotes. A bare `null` it would store as 0. */
function float(value: number): string {
  return Number.isFinite(value) ? numberText(value) : `"${value}"`;
}
