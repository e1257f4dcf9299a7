import { numberText, quote } from '../../values/json-text.js';
import type { AddedColumns, ColumnValue } from '../added-columns.js';

const CLOSE_BRACE = Buffer.from('}');

/**
 * See `RowEncoding.addColumns`: members behind the others.
 *
 * @param timeText of nanoseconds since 1970, as JSON, in the format of the row's other times.
 */
export function jsonColumnAdder(
  columns: AddedColumns,
  timeText: (unixNano: bigint) => string,
  escapeJson: (json: string) => string,
): (row: Buffer, values: readonly ColumnValue[]) => Buffer {
  const names = columns.map(({ name }) => `,${JSON.stringify(name)}:`);
  const isTime = columns.map(({ type }) => type === 'time');
  return (row, values) => {
    const members = names.map((name, i) => {
      const value = values[i] ?? null;
      return name + (isTime[i] && typeof value === 'bigint' ? timeText(value) : jsonOf(value));
    });
    const added = Buffer.from(escapeJson(members.join('')));
    return Buffer.concat([row.subarray(0, row.length - 1), added, CLOSE_BRACE]);
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
