import type { AttributeMap, Row } from '../../tables/row.js';
import { decodeText } from '../../values/text.js';
import { type AddedColumns, CLICKHOUSE_TYPES, type ColumnValue } from '../added-columns.js';
import { type NativeLayout, nativeTableColumns, nativeTypeOf } from './columns.js';
import { type ColumnParts, columnsIn, textsIn } from './texts.js';
import { endAt, type RowPart, viewOf } from './walk-row.js';

const NANOS_PER_SECOND = 1_000_000_000n;

/**
 * The row that a one-row form was written of, as far as its columns can tell: of times in whole seconds they are all that
 * is left. Columns that the format lacks are missing.
 *
 * @param layout of rows without an id.
 * @param added the columns behind those of the kind.
 * @returns null for bytes that are no row of this layout.
 */
export function decodeRow(
  row: Buffer,
  layout: NativeLayout,
  added: AddedColumns,
): { row: Row; added: ColumnValue[] } | null {
  const columns = columnsIn(row, layout);
  if (columns === null) return null;
  const types = nativeTableColumns(layout.kind, layout.rowFormat, layout.metricTime);
  const members = types.map(({ name, type }, i) => [
    name,
    columnValue(row, (columns[i] as ColumnParts).parts, type),
  ]);
  return {
    row: Object.fromEntries(members) as Row,
    added: added.map(({ type }, i) => {
      const { parts } = columns[types.length + i] as ColumnParts;
      return addedValue(row, parts, CLICKHOUSE_TYPES[type]);
    }),
  };
}

function addedValue(row: Buffer, [isNull, ...parts]: readonly RowPart[], type: string): ColumnValue {
  if (isNull === undefined || row[isNull.start] === 1) return null;
  return columnValue(row, parts, nativeTypeOf(type).slice('Nullable('.length, -1)) as ColumnValue;
}

function columnValue(row: Buffer, parts: readonly RowPart[], type: string): unknown {
  const element = /^Array\((.*)\)$/.exec(type)?.[1];
  if (element !== undefined) return valuesOf(row, parts.slice(1), element);
  return valuesOf(row, parts, type)[0];
}

/** The values of one type that stand one after the other. */
function valuesOf(row: Buffer, [first, ...others]: readonly RowPart[], type: string): unknown[] {
  if (first === undefined) throw new Error(`a column of the type ${type} has no data`);
  if (type.startsWith('Map(')) return mapsOf(row, first, others);
  if (first.part.form === 'texts') {
    return Array.from(textsIn(row, first), ({ start, end }) => decodeText(row, start, end));
  }
  if (first.part.form !== 'numbers') throw new Error(`a column of the type ${type} begins with ends`);
  const { bytes } = first.part;
  return Array.from({ length: (first.end - first.start) / bytes }, (_, i) =>
    numberAt(row, first.start + i * bytes, type),
  );
}

function mapsOf(row: Buffer, ends: RowPart, [keys, values]: readonly RowPart[]): AttributeMap[] {
  if (!keys || !values) throw new Error('a map has no data');
  const keyTexts = [...textsIn(row, keys)];
  const valueTexts = [...textsIn(row, values)];
  const pairs = keyTexts.map((key, i) => {
    const value = valueTexts[i] ?? key;
    return [decodeText(row, key.start, key.end), decodeText(row, value.start, value.end)] as const;
  });
  const view = viewOf(row);
  const maps: AttributeMap[] = [];
  let from = 0;
  for (let at = ends.start; at < ends.end; at += 8) {
    const until = endAt(view, at);
    maps.push(pairs.slice(from, until));
    from = until;
  }
  return maps;
}

function numberAt(row: Buffer, at: number, type: string): unknown {
  switch (type) {
    case 'DateTime64(9)':
    case 'Int64':
      return row.readBigInt64LE(at);
    case 'DateTime':
      return BigInt(row.readUInt32LE(at)) * NANOS_PER_SECOND;
    case 'UInt64':
      return row.readBigUInt64LE(at);
    case 'UInt32':
      return row.readUInt32LE(at);
    case 'Int32':
      return row.readInt32LE(at);
    case 'UInt8':
      return row[at];
    case 'Bool':
      return row[at] === 1;
    case 'Float64':
      return row.readDoubleLE(at);
    default:
      throw new Error(`no number is known for columns of the type ${type}`);
  }
}
