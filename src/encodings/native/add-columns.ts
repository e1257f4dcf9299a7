import type { ColumnTypeName } from '../../config/rules/actions.js';
import type { AddedColumns, ColumnValue } from '../added-columns.js';
import type { RowBytes } from './row-bytes.js';

const [PRESENT, NULL] = [0, 1];

/** See `RowEncoding.addedColumns`: of each whether it is null, and behind that a value all the same. */
export function nativeColumns(
  columns: AddedColumns,
  out: RowBytes,
): (values: readonly ColumnValue[]) => Buffer {
  return values => {
    out.begin();
    for (const [i, { type }] of columns.entries()) {
      const value = values[i] ?? null;
      out.uint8(value === null ? NULL : PRESENT);
      WRITERS[type](value, out);
    }
    return out.finish();
  };
}

const writeText = (value: ColumnValue, out: RowBytes) => out.text(String(value ?? ''));
const writeInt64 = (value: ColumnValue, out: RowBytes) => out.int64(typeof value === 'bigint' ? value : 0n);

const WRITERS: Record<ColumnTypeName, (value: ColumnValue, out: RowBytes) => void> = {
  text: writeText,
  low_cardinality: writeText,
  integer: writeInt64,
  time: writeInt64,
  float: (value, out) => out.float64(typeof value === 'number' ? value : 0),
  boolean: (value, out) => out.uint8(value === true ? 1 : 0),
};
