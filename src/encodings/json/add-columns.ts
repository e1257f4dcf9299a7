import { numberText, quote } from '../../values/json-text.js';
import type { AddedColumns, ColumnValue } from '../added-columns.js';
import type { AddColumns } from '../encoding.js';

/** What a unit of a text takes at most: `\u003c`. */
const ESCAPED_BYTES_MAX = 6;
/** What any other value takes at most. */
const VALUE_BYTES_MAX = 40;

/**
 * See `RowEncoding.addColumns`: members behind the others.
 *
 * @param timeText of nanoseconds since 1970, as JSON, in the format of the row's other times.
 */
export function jsonColumns(
  columns: AddedColumns,
  timeText: (unixNano: bigint) => string,
  escapeJson: (json: string) => string,
): AddColumns {
  const names = columns.map(({ name }) => `,${JSON.stringify(name)}:`);
  const isTime = columns.map(({ type }) => type === 'time');
  const fixedBytes = names.reduce((sum, name) => sum + name.length + VALUE_BYTES_MAX, 1);
  return {
    bytesMax: values =>
      values.reduce<number>(
        (sum, value) => (typeof value === 'string' ? sum + ESCAPED_BYTES_MAX * value.length : sum),
        fixedBytes,
      ),
    write: (row, values, into, at) => {
      let members = '';
      for (let i = 0; i < names.length; i++) {
        const value = values[i] ?? null;
        members += names[i];
        members += isTime[i] && typeof value === 'bigint' ? timeText(value) : jsonOf(value);
      }
      // The brace behind the last member is written over.
      const end = at + row.copy(into, at) - 1;
      return end + into.write(`${escapeJson(members)}}`, end);
    },
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
