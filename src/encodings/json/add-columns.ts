import { numberText, quote } from '../../values/json-text.js';
import type { AddedColumns, ColumnValue } from '../added-columns.js';

/** The brace behind the last member. */
export const ROW_END_BYTES = 1;

/**
 * See `RowEncoding.addedColumns`: members behind the others.
 *
 * @param timeText of nanoseconds since 1970, as JSON, in the format of the row's other times.
 */
export function jsonColumns(
  columns: AddedColumns,
  timeText: (unixNano: bigint) => string,
  escapeJson: (json: string) => string,
): (values: readonly ColumnValue[]) => Buffer {
  const names = columns.map(({ name }) => `,${JSON.stringify(name)}:`);
  const isTime = columns.map(({ type }) => type === 'time');
  return values => {
    let members = '';
    for (const [i, name] of names.entries()) {
      const value = values[i] ?? null;
      members += name + (isTime[i] && typeof value === 'bigint' ? timeText(value) : jsonOf(value));
    }
    return Buffer.from(`${escapeJson(members)}}`);
  };
}

function jsonOf(value: ColumnValue): string {
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'number':
      return Number.isFinite(value) ? numberText(value) : `"${value}"`;
    default:
      return String(value);
  }
}
