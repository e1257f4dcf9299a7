import { inspect } from 'node:util';
import { createTransform } from '../../src/create-transform.js';
import { ROW_KINDS, type RowKind, TABLES } from '../../src/tables/columns.js';
import type { TransformSettings } from '../../src/transform/transform-record.js';
import oldTables from '../golden/columns-v0.149.json' with { type: 'json' };
import newTables from '../golden/columns-v0.161.json' with { type: 'json' };
import { comparable, elementType, listOf, validText } from '../golden/expected-json.js';
import { type GoldenCase, goldenCases, storedRows } from '../golden/golden-cases.js';
import { type Json, member } from '../golden/lossless-json.js';
import { allKindsOn } from './all-kinds-on.js';

/** Name and type of the columns of each table, by the table's name. */
export type Tables = Record<string, readonly (readonly [name: string, type: string])[]>;

/** The real exporter's tables. Metric times are DateTime in the newest and DateTime64(9) in those before. */
export const EXPORTER_TABLES = {
  seconds: newTables as unknown as Tables,
  nanoseconds: oldTables as unknown as Tables,
};

/** A message beside the columns that the exporter stores for the same item. */
export interface CorpusRow {
  kind: RowKind;
  message: Buffer;
  stored: Json;
}

/** The cases of the corpus that decode; of those that are there in both encodings, one. */
export function distinctCases(): GoldenCase[] {
  return [
    ...new Map(goldenCases('decodes').map(golden => [`${golden.signal} ${golden.name}`, golden])).values(),
  ];
}

/** Every row of the corpus. */
export function corpusRows(settings: Partial<TransformSettings>): CorpusRow[] {
  const transform = createTransform(allKindsOn(settings));
  return distinctCases().flatMap(golden => {
    const { messages } = transform(golden.signal, golden.encoding, golden.value);
    return storedRows(golden).map((stored, i) => {
      const message = messages[i]?.value;
      if (message === undefined) throw new Error(`${golden.name}: no message for row ${i}`);
      return { kind: kindOf(member(stored, 'table')), message, stored: member(stored, 'columns') };
    });
  });
}

function kindOf(table: Json): RowKind {
  const kind = ROW_KINDS.find(candidate => TABLES[candidate].name === table);
  if (kind === undefined) throw new Error(`no row kind has the table ${String(table)}`);
  return kind;
}

/** All times of a row, in nanoseconds. */
export function timesOf({ kind, stored }: Pick<CorpusRow, 'kind' | 'stored'>): bigint[] {
  const times = TABLES[kind].columns.filter(({ type }) => type.includes('DateTime'));
  return times.flatMap(({ name }) => [member(stored, name)].flat()).map(time => BigInt(String(time)));
}

/** Other times, versions of ClickHouse cut differently where they stand as dates. `time_format: exact` is there for them. */
export function fitsDateTime(row: Pick<CorpusRow, 'kind' | 'stored'>): boolean {
  return timesOf(row).every(time => time >= 0n && time < 2n ** 32n * 1_000_000_000n);
}

/** What ClickHouse makes of a time that goes into a DateTime column, in seconds. */
export type SecondsOf = (unixNano: bigint) => bigint;

/** What the tables hold when the exporter has stored the rows: one text per row, sorted, as `readTable` returns it. */
export function expectedRows(
  rows: readonly Pick<CorpusRow, 'kind' | 'stored'>[],
  tables: Tables,
  secondsOf: SecondsOf,
  textOf: TextOf = validText,
): string[] {
  return rows
    .map(({ kind, stored }) => {
      const columns = tables[TABLES[kind].name] ?? [];
      return rowText(
        columns.map(([name, type]) => [name, expectedValue(member(stored, name), type, secondsOf, textOf)]),
      );
    })
    .sort();
}

/** What a table holds of a text of the corpus. */
type TextOf = (stored: Json | undefined) => string;

/** A text with every byte that it has: one that is not UTF-8 as `hex:…`, as `readTable` returns it when asked to. */
export function wholeText(stored: Json | undefined): string {
  if (typeof stored === 'string') return stored;
  const bytes = Buffer.from(String(member(stored ?? null, 'base64')), 'base64');
  return `hex:${bytes.toString('hex').toUpperCase()}`;
}

/** A row as text that two equal rows share and two different ones do not: `1n`, `-0` and `'1'` are told apart. */
export function rowText(row: readonly (readonly [column: string, value: Json])[]): string {
  const whole = {
    depth: null,
    breakLength: Number.POSITIVE_INFINITY,
    maxArrayLength: null,
    maxStringLength: null,
  };
  return inspect(row, whole);
}

function expectedValue(stored: Json, type: string, secondsOf: SecondsOf, textOf: TextOf): Json {
  const element = elementType(type);
  if (element !== undefined) {
    return listOf(stored).map(value => expectedValue(value, element, secondsOf, textOf));
  }
  switch (type) {
    case 'String':
    case 'LowCardinality(String)':
      return textOf(stored);
    case 'Map(LowCardinality(String), String)':
      return {
        members: listOf(stored).map(pair => [textOf(listOf(pair)[0]), textOf(listOf(pair)[1])]),
      };
    case 'DateTime64(9)':
      return BigInt(String(stored));
    case 'DateTime':
      return secondsOf(BigInt(String(stored)));
    case 'Float64':
      return FLOAT_WORDS[String(stored)] ?? comparable(stored, type);
    default:
      return stored;
  }
}

/** What the corpus and ClickHouse call the numbers that JSON has not. */
const FLOAT_WORDS: Record<string, string> = { NaN: 'nan', Infinity: 'inf', '-Infinity': '-inf' };
