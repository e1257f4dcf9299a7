import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Clickhouse, openClickhouse } from '../support/clickhouse.js';
import { kafkaStandIn, readSettings } from '../support/kafka-stand-in.js';
import { otelrows } from '../support/otelrows.js';
import { temporaryFiles } from '../support/temporary-files.js';

/** Rows that a user's handler makes, in the table that its module declares. */

const write = temporaryFiles();
const CONFIG = ['--config', 'config/transforms/functions/glassflow.yaml'];

let clickhouse: Clickhouse;
beforeAll(() => {
  clickhouse = openClickhouse();
});
afterAll(() => clickhouse.close());

const span = (spanId: string, name: string) => ({
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  spanId,
  name,
  startTimeUnixNano: '1760000000123456789',
  endTimeUnixNano: '1760000000125956789',
  attributes: [{ key: 'items', value: { intValue: '3' } }],
});

it('a span that was sent twice is one row after a merge', async () => {
  const twice = span('00f067aa0ba902b7', 'GET');
  const spans = [twice, span('00f067aa0ba902b8', 'PUT'), twice];
  const request = write('request.json', JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }));
  const { stdout: rows } = otelrows(['convert', ...CONFIG, '--output', 'messages', request]);
  const messages = rows
    .trimEnd()
    .split('\n')
    .map(line => Buffer.from(JSON.parse(line).value));
  expect(messages).toHaveLength(3);

  const { stdout: script } = otelrows(['schema', 'clickhouse', ...CONFIG]);
  const statements = script
    .replace(/^--.*$/gm, '')
    .split(/;\n/)
    .map(statement => statement.trim())
    .filter(statement => statement !== '');
  for (const statement of statements)
    await clickhouse.query(statement.includes('ENGINE = Kafka') ? kafkaStandIn(statement) : statement);
  const printed = statements.find(statement => statement.includes('ENGINE = Kafka')) ?? '';
  expect(printed).toContain("kafka_group_name = 'clickhouse-otel.spans.spans'");
  const name = /EXISTS (\S+)/.exec(printed)?.[1] ?? '';
  await clickhouse.insert(name, messages, readSettings(printed));

  const stored = 'SELECT name, toUnixTimestamp64Nano(started_at), duration_ms, attributes FROM otel.spans';
  expect(await clickhouse.query(`SELECT count() FROM otel.spans FINAL`)).toBe('2\n');
  await clickhouse.query('OPTIMIZE TABLE otel.spans FINAL');
  expect(await clickhouse.query(`${stored} ORDER BY name FORMAT TSV`)).toBe(
    "GET\t1760000000123456789\t2.5\t{'span.items':'3'}\nPUT\t1760000000123456789\t2.5\t{'span.items':'3'}\n",
  );
});

it('without a declared table there is none to print', () => {
  const module = write('handler.ts', 'export const handler = () => [];');
  const { exitCode, stderr } = otelrows(['schema', 'clickhouse', '--transform-module', module]);
  expect(stderr).toMatch(
    /handler\.ts exports handler, whose rows have columns of its own, and does not say which/,
  );
  expect(exitCode).toBe(2);
});
