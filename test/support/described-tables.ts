import { readFileSync } from 'node:fs';
import { identifier } from '../../src/tables/sql.js';
import clickstackTables from '../golden/clickstack-tables.json' with { type: 'json' };
import exporterTables from '../golden/exporter-tables.json' with { type: 'json' };
import type { Clickhouse } from './clickhouse.js';

/** What ClickHouse says of a table: see test/golden/describe-tables.sql. */
interface DescribedTable {
  engine_full: string;
  /** Name, type, kind and expression of its default, codec. */
  columns: string[][];
  /** Name, expression, type, granularity. */
  indexes: string[][];
}

type DescribedTables = Record<string, DescribedTable>;

/** The tables of others, for servers that have text indexes and for those before. */
export const EXPORTER = exporterTables as Record<'since 26.2' | 'before 26.2', DescribedTables>;
export const CLICKSTACK = clickstackTables as unknown as Record<
  'since 26.2' | 'before 26.2',
  DescribedTables
>;

/** What the tables of a database are, as the golden files have it. */
export async function describeTables(clickhouse: Clickhouse, database: string): Promise<DescribedTables> {
  await clickhouse.query(`USE ${database}`);
  const answer = await clickhouse.query(
    readFileSync('test/golden/describe-tables.sql', 'utf8'),
    'JSONEachRow',
  );
  const lines = answer.split('\n').filter(Boolean);
  return Object.fromEntries(
    lines
      .map(line => JSON.parse(line))
      .map(({ table, engine_full, columns, indexes }) => [table, { engine_full, columns, indexes }]),
  );
}

/** The same with the settings of each table in one order, which no statement need keep. */
export function inOneOrder(tables: DescribedTables): DescribedTables {
  return Object.fromEntries(
    Object.entries(tables).map(([name, table]) => {
      const [definition, settings = ''] = table.engine_full.split(' SETTINGS ');
      return [name, { ...table, engine_full: [definition, ...settings.split(', ').sort()].join('\n') }];
    }),
  );
}

/** A statement that makes a described table, without an end to its rows: those of tests are old. */
export function createDescribed(database: string, name: string, table: DescribedTable): string {
  const columns = table.columns.map(([column = '', type, kind, expression, codec]) =>
    [identifier(column), type, kind, expression, codec].filter(Boolean).join(' '),
  );
  const indexes = table.indexes.map(
    ([index, expression, type, granularity]) =>
      `INDEX ${index} ${quoteDotted(expression ?? '')} TYPE ${type} GRANULARITY ${granularity}`,
  );
  const engine = table.engine_full.replace(/ TTL .*? SETTINGS/, ' SETTINGS');
  return `CREATE TABLE ${database}.${name} (${[...columns, ...indexes].join(', ')}) ENGINE = ${engine}`;
}

/** ClickHouse lists the expression of an index without the quotes that a name with dots needs. */
function quoteDotted(expression: string): string {
  return /^[\w.]+$/.test(expression) ? identifier(expression) : expression;
}
