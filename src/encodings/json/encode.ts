import type { Column, ScalarType } from '../../tables/columns.js';
import type { AttributeMap, Row, ValueOf } from '../../tables/row.js';
import type { RowEncoding } from '../encoding.js';
import type { RowText } from './row-text.js';

/** A member of the JSON object that is a row: one column, or an object of several. */
export type JsonField = ColumnField | { readonly name: string; readonly fields: readonly JsonField[] };

interface ColumnField {
  readonly name: string;
  readonly column: Column;
  /** How a list without elements is written. */
  readonly emptyList: '[]' | 'null';
}

/** How a row format writes the values that JSON leaves a choice for. */
export interface JsonNotation {
  /** Any double, NaN and the infinities too. */
  float(value: number): string;
  /** A `DateTime64(9)` column, as signed nanoseconds since 1970. */
  nanoseconds(unixNano: bigint): string;
  /** A `DateTime` column, as signed nanoseconds since 1970. */
  seconds(unixNano: bigint): string;
}

type Writer<Value> = (value: Value, out: RowText) => void;

/** Writes a row as one JSON object without a newline, with the members in the order of `fields`. */
export function jsonEncoder(
  fields: readonly JsonField[],
  notation: JsonNotation,
  out: RowText,
): RowEncoding['encode'] {
  const write = rowWriter(fields, notation);
  return row => {
    out.begin();
    write(row, out);
    return out.take();
  };
}

function rowWriter(fields: readonly JsonField[], notation: JsonNotation): Writer<Row> {
  const members = fields.map((field, i) => ({
    prefix: `${i === 0 ? '{' : ','}${JSON.stringify(field.name)}:`,
    write: 'fields' in field ? rowWriter(field.fields, notation) : columnWriter(field, notation),
  }));
  return (row, out) => {
    for (const { prefix, write } of members) {
      out.append(prefix);
      write(row, out);
    }
    out.append('}');
  };
}

function columnWriter({ column, emptyList }: ColumnField, notation: JsonNotation): Writer<Row> {
  const scalars = scalarWriters(notation);
  const element = /^Array\((.*)\)$/.exec(column.type)?.[1];
  // Row types are derived from the column types, so a value is what its writer takes; the compiler cannot follow that
  // through a type that is only known at run time.
  const write = (
    element === undefined
      ? scalars[column.type as ScalarType]
      : listWriter(scalars[element as ScalarType] as Writer<unknown>, emptyList)
  ) as Writer<unknown>;
  return (row, out) => write((row as unknown as Record<string, unknown>)[column.name], out);
}

function scalarWriters(notation: JsonNotation): { [Type in ScalarType]: Writer<ValueOf<Type>> } {
  return {
    String: writeText,
    'LowCardinality(String)': writeText,
    'DateTime64(9)': short(notation.nanoseconds),
    DateTime: short(notation.seconds),
    UInt64: short(String),
    UInt32: short(String),
    UInt8: short(String),
    Int32: short(String),
    Float64: short(notation.float),
    Bool: short(String),
    'Map(LowCardinality(String), String)': writeMap,
  };
}

function writeText(text: string, out: RowText): void {
  out.appendQuoted(text);
}

function short<Value>(textOf: (value: Value) => string): Writer<Value> {
  return (value, out) => out.append(textOf(value));
}

function listWriter<Element>(write: Writer<Element>, emptyList: string): Writer<readonly Element[]> {
  return (list, out) => {
    if (list.length === 0) return out.append(emptyList);
    let before = '[';
    for (const element of list) {
      out.append(before);
      write(element, out);
      before = ',';
    }
    out.append(']');
  };
}

/** An object of strings. Equal keys are all written: ClickHouse keeps them, as the exporter's maps do. */
function writeMap(map: AttributeMap, out: RowText): void {
  let before = '{';
  for (const [key, value] of map) {
    out.append(before);
    out.appendQuoted(key);
    out.append(':');
    out.appendQuoted(value);
    before = ',';
  }
  out.append(map.length === 0 ? '{}' : '}');
}
