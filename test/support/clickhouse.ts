import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from 'chdb';

export type MessageFormat = 'JSONEachRow' | 'Native';

/** A ClickHouse with a database that is gone when it is closed. */
export interface Clickhouse {
  query(sql: string, format?: 'JSONEachRow'): Promise<string>;
  /**
   * Inserts messages, with the server's default settings but for those given.
   *
   * @param settings as SQL: `a = 1, b = 'x'`
   * @param format of each message: a JSON object, which is the default, or a block.
   */
  insert(
    table: string,
    messages: readonly Buffer[],
    settings?: string,
    format?: MessageFormat,
  ): Promise<void>;
  close(): Promise<void>;
}

/** The version that package.json names, in this process. */
export function openClickhouse(): Clickhouse {
  const folder = mkdtempSync(join(tmpdir(), 'otelrows-test-'));
  const session = new Session(join(folder, 'data'));
  const query = async (sql: string, format?: 'JSONEachRow') => session.query(sql, format);
  return {
    query,
    insert: (...insert) => insertFromFile(query, folder, ...insert),
    close: async () => {
      session.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** `Clickhouse.insert` by a file in `folder`. */
export async function insertFromFile(
  query: Clickhouse['query'],
  folder: string,
  table: string,
  messages: readonly Buffer[],
  settings?: string,
  format: MessageFormat = 'JSONEachRow',
): Promise<void> {
  const file = join(folder, 'messages');
  const between = Buffer.from(format === 'JSONEachRow' ? '\n' : '');
  writeFileSync(file, Buffer.concat(messages.flatMap(message => [message, between])));
  const with_ = settings ? `SETTINGS ${settings} ` : '';
  await query(`INSERT INTO ${table} FROM INFILE '${file}' ${with_}FORMAT ${format}`);
}
