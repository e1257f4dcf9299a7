import type { SchemaOptions } from '../../src/ddl/schema-options.js';
import { schemaStatements } from '../../src/ddl/statements.js';
import { type RowKind, TABLES } from '../../src/tables/columns.js';
import { comparable, elementType, listOf } from '../golden/expected-json.js';
import { parseLossless } from '../golden/lossless-json.js';
import type { Clickhouse, MessageFormat } from './clickhouse.js';
import { rowText, type Tables } from './corpus-rows.js';
import { kafkaStandIn, readSettings } from './kafka-stand-in.js';

/** Inserts messages of one kind, and returns what their table then holds: see `readTable`. */
export type Store = (kind: RowKind, messages: readonly Buffer[]) => Promise<string[]>;

/**
 * Straight into tables with the exporter's columns.
 *
 * @param session settings of the INSERT, as SQL
 */
export async function exporterTables(
  clickhouse: Clickhouse,
  database: string,
  tables: Tables,
  session: string,
  format: MessageFormat = 'JSONEachRow',
): Promise<Store> {
  await clickhouse.query(`CREATE DATABASE ${database}`);
  for (const [name, columns] of Object.entries(tables)) {
    const definitions = columns.map(([column, type]) => `\`${column}\` ${type}`).join(', ');
    await clickhouse.query(
      `CREATE TABLE ${database}.${name} (${definitions}) ENGINE = MergeTree ORDER BY tuple()`,
    );
  }
  return async (kind, messages) => {
    const { name } = TABLES[kind];
    await clickhouse.insert(`${database}.${name}`, messages, session, format);
    return readTable(clickhouse, `${database}.${name}`, tables[name] ?? [], format);
  };
}

/** Through the columns and settings of the printed Kafka engine tables, and the printed views, into the printed tables. */
export async function printedTables(
  clickhouse: Clickhouse,
  options: SchemaOptions,
  tables: Tables,
  session: string,
): Promise<Store> {
  const statements = schemaStatements(options);
  for (const statement of statements) {
    await clickhouse.query(statement.includes('ENGINE = Kafka') ? kafkaStandIn(statement) : statement);
  }
  return async (kind, messages) => {
    const { name } = TABLES[kind];
    const kafkaTable = `${options.database}.${name}_kafka`;
    const printed = statements.find(statement => statement.includes(`${kafkaTable}\n(`)) ?? '';
    await clickhouse.insert(
      kafkaTable,
      messages,
      [readSettings(printed), session].filter(Boolean).join(', '),
    );
    return readTable(clickhouse, `${options.database}.${name}`, tables[name] ?? []);
  };
}

/**
 * The rows of a table: one text per row, sorted, with no digit lost.
 *
 * @param writtenAs with `Native`, texts that are not UTF-8 are shown as `wholeText` shows them.
 */
export async function readTable(
  clickhouse: Clickhouse,
  table: string,
  columns: Tables[string],
  writtenAs: MessageFormat = 'JSONEachRow',
): Promise<string[]> {
  const expressionOf = writtenAs === 'Native' ? wholeExpression : losslessExpression;
  const lossless = columns.map(([name, type]) => expressionOf(`\`${name}\``, type)).join(', ');
  const settings = 'output_format_json_quote_64bit_integers = 0, output_format_json_quote_denormals = 1';
  const text = await clickhouse.query(
    `SELECT ${lossless} FROM ${table} FORMAT JSONCompactEachRow SETTINGS ${settings}`,
  );
  return text
    .split('\n')
    .filter(Boolean)
    .map(line => listOf(parseLossless(line)))
    .map(row => rowText(columns.map(([name, type], i) => [name, comparable(row[i] ?? null, type)])))
    .sort();
}

/** Times as the numbers that the column holds: in no time zone, and beyond what ClickHouse prints right. */
function losslessExpression(expression: string, type: string): string {
  const element = elementType(type);
  if (element !== undefined) return `arrayMap(x -> ${losslessExpression('x', element)}, ${expression})`;
  if (type === 'DateTime64(9)') return `reinterpretAsInt64(${expression})`;
  return type === 'DateTime' ? `toUInt32(${expression})` : expression;
}

/** The same, and texts with every byte. */
function wholeExpression(expression: string, type: string): string {
  const element = elementType(type);
  if (element !== undefined) return `arrayMap(x -> ${wholeExpression('x', element)}, ${expression})`;
  if (type.startsWith('Map('))
    return `mapApply((k, v) -> (${wholeTextOf('k')}, ${wholeTextOf('v')}), ${expression})`;
  return type.endsWith('String') || type.endsWith('String)')
    ? wholeTextOf(expression)
    : losslessExpression(expression, type);
}

function wholeTextOf(expression: string): string {
  const text = `toString(${expression})`;
  return `if(isValidUTF8(${text}), ${text}, concat('hex:', hex(${text})))`;
}
