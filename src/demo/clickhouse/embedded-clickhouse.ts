import { fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fatal } from '../../errors.js';
import type { ClickhouseAnswer, ClickhouseQuestion } from './messages.js';

export type SqlRow = Record<string, string | number>;

export interface EmbeddedClickhouse {
  /** @returns the CPU seconds that ClickHouse used meanwhile. */
  run(sql: string): Promise<number>;
  rows(sql: string): Promise<SqlRow[]>;
  stop(): Promise<void>;
}

type Answer = Exclude<ClickhouseAnswer, { error: string }>;

/** The version that package.json names among the development dependencies. */
const PACKAGE = 'chdb@3.4.0';

/** @throws Fatal with the command that installs it, when the embedded ClickHouse is not there. */
export function requireEmbeddedClickhouse(): void {
  try {
    import.meta.resolve('chdb');
  } catch {
    throw new Fatal(
      'The demo reads the rows with the embedded ClickHouse, which does not come with otelrows. Install it beside it: ' +
        `npm install --global ${PACKAGE} where otelrows was installed with --global, ` +
        `otherwise npm install --no-save ${PACKAGE} in its project. In a clone, npm run demo installs all it needs.`,
    );
  }
}

/**
 * Starts ClickHouse with an empty database in `scratchDir`, and waits until it answers. It ends with this process, even
 * when that is killed, and then removes `scratchDir`.
 * @throws Fatal that ends with its last words when it ends by itself.
 */
export async function startEmbeddedClickhouse(scratchDir: string): Promise<EmbeddedClickhouse> {
  const dataDir = join(scratchDir, 'clickhouse');
  const logFile = join(scratchDir, 'clickhouse.log');
  const log = openSync(logFile, 'a');
  const child = fork(
    fileURLToPath(new URL('clickhouse-process.js', import.meta.url)),
    [dataDir, scratchDir],
    {
      // A process group of its own, so that Ctrl-C reaches only us.
      detached: true,
      stdio: ['ignore', log, log, 'ipc'],
    },
  );
  closeSync(log);

  const waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>();
  child.on('message', (answer: ClickhouseAnswer) => {
    const asker = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('error' in answer) asker?.reject(new Error(`ClickHouse: ${answer.error}`));
    else asker?.resolve(answer);
  });
  const ended = new Promise<void>(resolve => {
    child.once('exit', async () => {
      const lastWords = (await readFile(logFile, 'utf8').catch(() => '')).slice(-2000);
      for (const { reject } of waiting.values()) reject(new Fatal(`ClickHouse has ended. ${lastWords}`));
      waiting.clear();
      resolve();
    });
  });
  const answerTo = (id: number) =>
    new Promise<Answer>((resolve, reject) => waiting.set(id, { resolve, reject }));

  let lastId = 0;
  const ask = (sql: string, format: ClickhouseQuestion['format']) => {
    lastId += 1;
    const answer = answerTo(lastId);
    child.send({ id: lastId, sql, format } satisfies ClickhouseQuestion);
    return answer;
  };
  await answerTo(0);
  return {
    run: async sql => (await ask(sql, 'TabSeparated')).cpuSeconds,
    rows: async sql =>
      (await ask(sql, 'JSONEachRow')).text
        .split('\n')
        .filter(Boolean)
        .map(line => JSON.parse(line) as SqlRow),
    stop: async () => {
      // Its data is thrown away: nothing needs to be finished.
      child.kill('SIGKILL');
      await ended;
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
