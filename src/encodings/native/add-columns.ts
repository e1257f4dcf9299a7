import type { ColumnTypeName } from '../../config/rules/actions.js';
import { encodeTextLossless } from '../../values/text.js';
import type { AddedColumns, ColumnValue } from '../added-columns.js';
import type { AddColumns } from '../encoding.js';
import { writeVaruint } from './varuint.js';

const [PRESENT, NULL] = [0, 1];

/** What a unit of a text takes at most. */
const UNIT_BYTES_MAX = 3;
/** The length of a text, or any other value, with whether it is null. */
const VALUE_BYTES_MAX = 10;

/** Writes a value, and returns where the next one begins. */
type WriteValue = (value: ColumnValue, into: Buffer, at: number) => number;

/** See `RowEncoding.addColumns`: of each whether it is null, and behind that a value all the same. */
export function nativeColumns(columns: AddedColumns): AddColumns {
  const writers = columns.map(({ type }) => WRITERS[type]);
  const fixedBytes = columns.length * VALUE_BYTES_MAX;
  return {
    bytesMax: values =>
      values.reduce<number>(
        (sum, value) => (typeof value === 'string' ? sum + UNIT_BYTES_MAX * value.length : sum),
        fixedBytes,
      ),
    write: (row, values, into, at) => {
      let end = at + row.copy(into, at);
      for (let i = 0; i < writers.length; i++) {
        const value = values[i] ?? null;
        into[end++] = value === null ? NULL : PRESENT;
        end = (writers[i] as WriteValue)(value, into, end);
      }
      return end;
    },
  };
}

const writeText: WriteValue = (value, into, at) => {
  if (value === null || value === '') {
    into[at] = 0;
    return at + 1;
  }
  // Bytes that were not UTF-8 are written as they were sent.
  const bytes = encodeTextLossless(String(value));
  const start = writeVaruint(into, at, bytes.length);
  return start + bytes.copy(into, start);
};
const writeInt64: WriteValue = (value, into, at) =>
  into.writeBigInt64LE(typeof value === 'bigint' ? value : 0n, at);

const WRITERS: Record<ColumnTypeName, WriteValue> = {
  text: writeText,
  low_cardinality: writeText,
  integer: writeInt64,
  time: writeInt64,
  float: (value, into, at) => into.writeDoubleLE(typeof value === 'number' ? value : 0, at),
  boolean: (value, into, at) => into.writeUInt8(value === true ? 1 : 0, at),
};
