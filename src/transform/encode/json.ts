import type { Column, ScalarType } from '../../tables/columns.js';
import type { AttributeMap, Row, ValueOf } from '../../tables/row.js';
import { quote } from './json-text.js';

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

type Writer<Value> = (value: Value) => string;

/** Writes a row as one JSON object without a newline, with the members in the order of `fields`. */
export function rowWriter(fields: readonly JsonField[], notation: JsonNotation): Writer<Row> {
  const members = fields.map((field, i) => ({
    prefix: `${i === 0 ? '{' : ','}${JSON.stringify(field.name)}:`,
    write: 'fields' in field ? rowWriter(field.fields, notation) : columnWriter(field, notation),
  }));
  return row => {
    let json = '';
    for (const { prefix, write } of members) json += prefix + write(row);
    return `${json}}`;
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
  return row => write((row as unknown as Record<string, unknown>)[column.name]);
}

function scalarWriters(notation: JsonNotation): { [Type in ScalarType]: Writer<ValueOf<Type>> } {
  return {
    String: quote,
    'LowCardinality(String)': quote,
    'DateTime64(9)': notation.nanoseconds,
    DateTime: notation.seconds,
    UInt64: String,
    UInt32: String,
    UInt8: String,
    Int32: String,
    Float64: notation.float,
    Bool: String,
    'Map(LowCardinality(String), String)': writeMap,
  };
}

function listWriter<Element>(write: Writer<Element>, emptyList: string): Writer<readonly Element[]> {
  return list => (list.length === 0 ? emptyList : `[${list.map(element => write(element)).join()}]`);
}

/** An object of strings. Equal keys are all written: ClickHouse keeps them, as the exporter's maps do. */
function writeMap(map: AttributeMap): string {
  return `{${map.map(([key, value]) => `${quote(key)}:${quote(value)}`).join()}}`;
}
