import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ClickhouseAnswer } from '../../src/demo/clickhouse/messages.js';

/**
 * ClickHouse in a process of its own, for tests whose own process holds a Kafka client: ClickHouse brings another one.
 * It is gone when the test is over.
 *
 * @returns runs a statement; answers with the rows of a query as objects.
 */
export async function startClickhouse(): Promise<(sql: string) => Promise<Record<string, unknown>[]>> {
  const folder = mkdtempSync(join(tmpdir(), 'otelrows-test-'));
  const child = fork('dist/demo/clickhouse/clickhouse-process.js', [join(folder, 'data'), folder], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  onTestFinished(async () => {
    if (child.kill('SIGKILL')) await once(child, 'exit');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  await once(child, 'message');
  let id = 0;
  return async sql => {
    id += 1;
    child.send({ id, sql, format: 'JSONEachRow' });
    const [answer] = (await once(child, 'message')) as [ClickhouseAnswer];
    if ('error' in answer) throw new Error(answer.error);
    return answer.text
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line));
  };
}
