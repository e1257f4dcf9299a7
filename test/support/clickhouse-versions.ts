import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { type Clickhouse, insertFromFile, openClickhouse } from './clickhouse.js';

/** All that `deploy/setup/clickhouse.mjs` can fetch, oldest first. */
const KNOWN = readdirSync('deploy/setup/clickhouse')
  .map(file => file.replace(/\.txt$/, ''))
  .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));

/** The suite takes the oldest and the newest; `npm run clickhouse-matrix` names others. */
export const CLICKHOUSE_VERSIONS: readonly string[] =
  process.env['OTELROWS_TEST_CLICKHOUSES']?.split(',') ?? [KNOWN.at(0), KNOWN.at(-1)].map(String);

/** What reads from a real broker: one, since older versions, embedded, do not always come to an end with Kafka tables. */
export const NEWEST = CLICKHOUSE_VERSIONS.slice(-1);

/** Up to 26.5 ClickHouse rounds the smallest doubles to 0, whatever its settings. */
export function readsAllDoubles(version: string): boolean {
  return !['24', '25', '26.1', '26.3', '26.5'].some(older => version.startsWith(older));
}

/** The name of the one that package.json names. */
export const NPM = 'the npm package';

/** Each ClickHouse that rows must go through: the one of npm, in UTC, and the versions, whose servers are in another zone. */
export const CLICKHOUSES: readonly { name: string; open: () => Promise<Clickhouse> }[] = [
  { name: NPM, open: async () => openClickhouse() },
  ...CLICKHOUSE_VERSIONS.map(version => ({
    name: version,
    open: () => startClickhouseVersion(version, 'Asia/Kolkata'),
  })),
];

/**
 * A version of ClickHouse in a process of its own, with a database that is gone when it is closed.
 *
 * @param zone time zone of the server
 * @param configOf the server's config, XML, given a folder for what it names.
 */
export async function startClickhouseVersion(
  version: string,
  zone = 'UTC',
  configOf?: (folder: string) => string,
): Promise<Clickhouse> {
  const cache =
    process.env['OTELROWS_CACHE'] ??
    join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'otelrows');
  const folder = mkdtempSync(join(tmpdir(), 'otelrows-test-'));
  const config = join(folder, 'config.xml');
  if (configOf) writeFileSync(config, configOf(folder));
  const data = join(folder, 'data') + (configOf ? `?config-file=${config}` : '');
  const child = spawn(
    process.env['OTELROWS_PYTHON'] ?? 'python3',
    ['test/support/clickhouse-bridge.py', join(cache, 'clickhouse', version), data],
    { stdio: ['pipe', 'ignore', 'pipe', 'pipe'], env: { ...process.env, TZ: zone } },
  );
  let lastWords = '';
  child.stderr?.on('data', chunk => {
    lastWords = (lastWords + chunk).slice(-2000);
  });
  const answers = createInterface({ input: child.stdio[3] as Readable });
  const waiting = new Map<number, (answer: { text?: string; error?: string }) => void>();
  answers.on('line', line => {
    const { id, ...answer } = JSON.parse(line);
    waiting.get(id)?.(answer);
    waiting.delete(id);
  });
  const ended = once(child, 'close').then(() => {
    for (const reject of waiting.values()) reject({ error: `ClickHouse ${version} has ended: ${lastWords}` });
  });
  const answerTo = (id: number) =>
    new Promise<string>((resolve, reject) => {
      waiting.set(id, ({ text, error }) => (text === undefined ? reject(new Error(error)) : resolve(text)));
    });
  await answerTo(0);

  let lastId = 0;
  const query = (sql: string, format = 'TabSeparated') => {
    lastId += 1;
    child.stdin?.write(`${JSON.stringify({ id: lastId, sql, format })}\n`);
    return answerTo(lastId);
  };
  return {
    query,
    insert: (...insert) => insertFromFile(query, folder, ...insert),
    close: async () => {
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
