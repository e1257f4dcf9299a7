import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from 'chdb';

/** ClickHouse in this process, with a database that is gone when it is closed. */
export interface Clickhouse {
  query(sql: string): string;
  /**
   * Inserts one JSON object per message, with the server's default settings but for those given.
   *
   * @param settings as SQL: `a = 1, b = 'x'`
   */
  insert(table: string, messages: readonly Buffer[], settings?: string): void;
  close(): void;
}

export function openClickhouse(): Clickhouse {
  const folder = mkdtempSync(join(tmpdir(), 'otelrows-test-'));
  const session = new Session(join(folder, 'data'));
  return {
    query: sql => session.query(sql),
    insert: (table, messages, settings) => {
      const file = join(folder, 'messages.ndjson');
      writeFileSync(file, Buffer.concat(messages.flatMap(message => [message, Buffer.from('\n')])));
      const with_ = settings ? `SETTINGS ${settings} ` : '';
      session.query(`INSERT INTO ${table} FROM INFILE '${file}' ${with_}FORMAT JSONEachRow`);
    },
    close: () => {
      session.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
