import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Clickhouse, openClickhouse } from '../support/clickhouse.js';
import { type HttpFront, startHttpFront } from '../support/clickhouse-http.js';
import { LOGIN, NOTHING_TO_DO, schemaCommand } from '../support/schema-command.js';

const BOTH = ['--rollups', '5m,1h', '--retention', '30d'];

describe('otelrows schema clickhouse', () => {
  let clickhouse: Clickhouse;
  let front: HttpFront;
  beforeAll(async () => {
    clickhouse = openClickhouse();
    front = await startHttpFront(clickhouse, LOGIN);
  });
  beforeEach(() => {
    front.statements.length = 0;
    front.refuse = undefined;
  });
  afterAll(async () => {
    await front.close();
    await clickhouse.close();
  });

  const apply = (...args: string[]) => schemaCommand(['--apply', front.url, '--yes', ...args]);
  const diff = (...args: string[]) => schemaCommand(['--diff', front.url, ...args]);

  it('makes everything once, and then nothing', async () => {
    const first = await diff('--database', 'fresh', ...BOTH);
    expect(first).toMatchObject({ exitCode: 1, stderr: '' });
    expect(first.stdout).toMatch(/^create database fresh\ncreate table otel_kafka_errors\n/);
    expect(front.statements).toStrictEqual([]);

    const applied = await apply('--database', 'fresh', ...BOTH);
    expect(applied).toMatchObject({ exitCode: 0, stderr: '' });
    expect(applied.stdout).toMatch(/\nDone: \d+ steps\.\n$/);

    front.statements.length = 0;
    for (const again of [
      await apply('--database', 'fresh', ...BOTH),
      await diff('--database', 'fresh', ...BOTH),
    ])
      expect(again).toStrictEqual({ exitCode: 0, stdout: NOTHING_TO_DO, stderr: '' });
    expect(front.statements).toStrictEqual([]);
  });

  it('goes on after a step that failed', async () => {
    front.refuse = /TABLE IF NOT EXISTS halfway\.otel_logs\n/;
    const failed = await apply('--database', 'halfway');
    expect(failed.exitCode).toBe(1);
    expect(failed.stderr).toMatch(
      /^error: create table otel_logs: ClickHouse at http:\S+ refused: Code: 497\. DB::Exception: Not enough privileges\.\n\d+ of \d+ steps were done; the same command goes on after them\.\n$/,
    );
    front.refuse = undefined;
    const second = await apply('--database', 'halfway');
    expect(second.stdout).toMatch(/^create table otel_logs\n/);
    expect((await diff('--database', 'halfway')).stdout).toBe(NOTHING_TO_DO);
  });

  it("says which tables are not there that have to be, and what is wrong with a server's answer", async () => {
    const missing = await diff('--flavor', 'clickstack');
    expect(missing).toMatchObject({ exitCode: 1, stdout: '' });
    expect(missing.stderr).toBe(
      'error: The database default has no otel_traces, otel_logs, otel_metrics_gauge, otel_metrics_sum, and with --flavor clickstack none is made: is --database right?\n',
    );
    const refused = await schemaCommand(['--diff', front.url], { user: 'writer', password: 'wrong' });
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toMatch(/refused: Code: 516\. DB::Exception: writer: Authentication failed\n$/);
    const unasked = await schemaCommand(['--apply', front.url, '--database', 'unasked']);
    expect(unasked).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('give --yes') });
    expect(unasked.stdout).toContain('create database unasked');
    expect(front.statements).toStrictEqual([]);
  });

  it.each([
    [200, '<html>'],
    [404, 'not found'],
  ])('says of a server that is no ClickHouse that it is none: status %d', async (status, body) => {
    const server = createServer((_, response) => response.writeHead(status).end(body));
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { exitCode, stderr } = await schemaCommand(['--diff', url]);
    server.closeAllConnections();
    server.close();
    expect(exitCode).toBe(1);
    expect(stderr).toContain('not as ClickHouse does: is it the port of its HTTP interface?');
  });
});
