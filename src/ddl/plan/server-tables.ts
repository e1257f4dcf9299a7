import { literal } from '../../tables/sql.js';

/** Asks a server, and returns the rows of its answer. */
export type Ask = (sql: string) => Promise<Record<string, unknown>[]>;

/** What a server says of a table or view. */
export interface ServerTable {
  readonly name: string;
  /** `MergeTree`, `Kafka`, `MaterializedView`, … */
  readonly engine: string;
  /** With its arguments, order, partitions, TTL and settings. */
  readonly engineFull: string;
  readonly sortingKey: string;
  readonly partitionKey: string;
  /** Of a view. */
  readonly select: string;
  readonly createStatement: string;
  readonly columns: readonly ServerColumn[];
  readonly indexes: readonly ServerIndex[];
}

export interface ServerColumn {
  readonly name: string;
  readonly type: string;
  readonly comment: string;
  /** `CODEC(…)`, or nothing. */
  readonly codec: string;
  readonly defaultExpression: string;
}

export interface ServerIndex {
  readonly name: string;
  readonly expression: string;
  readonly type: string;
}

/** What a server has in a database; nothing where there is no such database. */
export async function readServerTables(ask: Ask, database: string): Promise<Map<string, ServerTable>> {
  const where = `database = ${literal(database)}`;
  const tables = await ask(
    `SELECT name, engine, engine_full, sorting_key, partition_key, as_select, create_table_query FROM system.tables WHERE ${where}`,
  );
  const columns = await ask(
    `SELECT table, name, type, comment, compression_codec, default_expression FROM system.columns WHERE ${where} ORDER BY table, position`,
  );
  const indexes = await ask(
    `SELECT table, name, expr, type_full FROM system.data_skipping_indices WHERE ${where}`,
  );
  const text = (row: Record<string, unknown>, key: string) => String(row[key] ?? '');
  return new Map(
    tables.map(row => {
      const name = text(row, 'name');
      const ofTable = (other: Record<string, unknown>) => other['table'] === name;
      return [
        name,
        {
          name,
          engine: text(row, 'engine'),
          engineFull: text(row, 'engine_full'),
          sortingKey: text(row, 'sorting_key'),
          partitionKey: text(row, 'partition_key'),
          select: text(row, 'as_select'),
          createStatement: text(row, 'create_table_query'),
          columns: columns.filter(ofTable).map(column => ({
            name: text(column, 'name'),
            type: text(column, 'type'),
            comment: text(column, 'comment'),
            codec: text(column, 'compression_codec'),
            defaultExpression: text(column, 'default_expression'),
          })),
          indexes: indexes.filter(ofTable).map(index => ({
            name: text(index, 'name'),
            expression: text(index, 'expr'),
            type: text(index, 'type_full'),
          })),
        },
      ];
    }),
  );
}

/** The settings of a table, by their names: values as SQL. */
export function settingsOf({ engineFull }: Pick<ServerTable, 'engineFull'>): Map<string, string> {
  const [, settings = ''] = /\bSETTINGS (.*)$/s.exec(engineFull) ?? [];
  return settingsIn(settings);
}

/** The settings in `a = 1, b = 'x, y'`. */
export function settingsIn(text: string): Map<string, string> {
  const found = text.matchAll(/(\w+) = ('(?:[^'\\]|\\.|'')*'|[^,\s]+)/g);
  return new Map([...found].map(([, name = '', value = '']) => [name, value]));
}

/** What happens to old rows of a table, as SQL; nothing where nothing does. */
export function ttlOf({ engineFull }: Pick<ServerTable, 'engineFull'>): string {
  return /\bTTL (.*?)(?: SETTINGS .*)?$/s.exec(engineFull)?.[1] ?? '';
}
