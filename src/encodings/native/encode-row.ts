import type { ScalarType } from '../../tables/columns.js';
import type { AttributeMap, ValueOf } from '../../tables/row.js';

import { wholeSeconds } from '../../values/time-text.js';
import type { RowEncoding } from '../encoding.js';
import { type NativeLayout, nativeTableColumns } from './columns.js';
import type { RowBytes } from './row-bytes.js';

type Writer<Value> = (value: Value, out: RowBytes) => void;

/**
 * Writes a row as its one-row form: what a Native block of this row alone has after the columns' names and types, so the
 * data of each column of the layout, one after the other. `join-rows.ts` makes blocks of such rows.
 *
 * @param layout without a row id, which is put in front of an encoded row.
 */
export function nativeRowEncoder(layout: NativeLayout, out: RowBytes): RowEncoding['encode'] {
  const { kind, rowFormat, metricTime } = layout;
  const columns = nativeTableColumns(kind, rowFormat, metricTime).map(({ name, type }) => ({
    name,
    write: writerOf(type),
  }));
  return row => {
    out.begin();
    const values = row as unknown as Record<string, unknown>;
    for (const { name, write } of columns) write(values[name], out);
    return out.finish();
  };
}

function writerOf(type: string): Writer<unknown> {
  const element = /^Array\((.*)\)$/.exec(type)?.[1];
  // Row types are derived from the column types, so a value is what its writer takes; the compiler cannot follow that
  // through a type that is only known at run time.
  if (element !== undefined) return listWriter(element) as Writer<unknown>;
  return SCALARS[type as ScalarType] as Writer<unknown>;
}

/** The same types as in the table: how a value is written follows from what the row holds. */
const SCALARS = {
  String: writeText,
  'LowCardinality(String)': writeText,
  'DateTime64(9)': writeInt64,
  DateTime: (unixNano: bigint, out: RowBytes) => out.uint32(Number(wholeSeconds(unixNano))),
  UInt64: writeInt64,
  UInt32: (value: number, out: RowBytes) => out.uint32(value),
  UInt8: (value: number, out: RowBytes) => out.uint8(value),
  Int32: (value: number, out: RowBytes) => out.int32(value),
  Float64: (value: number, out: RowBytes) => out.float64(value),
  Bool: (value: boolean, out: RowBytes) => out.uint8(value ? 1 : 0),
  'Map(LowCardinality(String), String)': (map: AttributeMap, out: RowBytes) => writeMaps([map], out),
} satisfies { [Type in ScalarType]: Writer<ValueOf<Type>> };

function writeText(text: string, out: RowBytes): void {
  out.text(text);
}

function writeInt64(value: bigint, out: RowBytes): void {
  out.int64(value);
}

function listWriter(element: string): Writer<readonly unknown[]> {
  const write = element.startsWith('Map(') ? undefined : writerOf(element);
  return (list, out) => {
    out.int64(BigInt(list.length));
    if (write === undefined) return writeMaps(list as readonly AttributeMap[], out);
    for (const value of list) write(value, out);
  };
}

/** Maps are lists of pairs: where the pairs of each end, then the keys of all, then the values of all. */
function writeMaps(maps: readonly AttributeMap[], out: RowBytes): void {
  let end = 0;
  for (const map of maps) {
    end += map.length;
    out.int64(BigInt(end));
  }
  for (const map of maps) for (const [key] of map) out.text(key);
  for (const map of maps) for (const [, value] of map) out.text(value);
}
