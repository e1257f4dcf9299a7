import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTransform } from '../../src/create-transform.js';
import { createStatement } from '../../src/ddl/objects.js';
import { schemaObjects } from '../../src/ddl/statements.js';
import { encodeProtobuf } from '../../src/demo/telemetry/encode-otlp.js';
import { telemetry } from '../../src/demo/telemetry/telemetry.js';
import { BOARDS } from '../../src/docs/boards/boards.js';
import { ROW_KINDS, TABLES } from '../../src/tables/columns.js';
import type { Signal } from '../../src/transform/decode/otlp.js';
import { allKindsOn } from '../support/all-kinds-on.js';
import { type Clickhouse, openClickhouse } from '../support/clickhouse.js';
import { optionsFor } from '../support/schema-options.js';

const DATABASE = 'otel';
const FROM = 1_767_225_600n;
const TO = FROM + 3600n;
/** What begins in the hour goes on for a while. */
const END_OF_RANGE = TO + 3600n;

let clickhouse: Clickhouse;
beforeAll(async () => {
  clickhouse = openClickhouse();
  const options = optionsFor(DATABASE);
  await clickhouse.query(`CREATE DATABASE ${DATABASE}`);
  for (const object of schemaObjects(options))
    if (!object.name.includes('_kafka')) await clickhouse.query(createStatement(object, options));
  for (const kind of ROW_KINDS)
    await clickhouse.insert(`${DATABASE}.${TABLES[kind].name}`, shopRows()[kind] ?? []);
});
afterAll(() => clickhouse.close());

/** What the demo's shop sends in the hour, as messages by kind of row. */
function shopRows(): Partial<Record<string, Buffer[]>> {
  const sent = telemetry({
    seed: 1,
    spanCount: 3000,
    startTimeUnixNano: FROM * 1_000_000_000n,
    endTimeUnixNano: TO * 1_000_000_000n,
    requestItemsMax: 500,
    metricIntervalSeconds: 60,
  });
  const topics = allKindsOn();
  const kindOf = new Map(
    ROW_KINDS.map(kind => [
      (kind === 'traces' || kind === 'logs' ? topics[kind] : topics.metrics[kind]).topic.name,
      kind,
    ]),
  );
  const transform = createTransform(topics);
  const rows: Partial<Record<string, Buffer[]>> = {};
  const add = (signal: Signal, value: Buffer) => {
    for (const message of transform(signal, 'otlp_proto', value).messages) {
      const kind = kindOf.get(message.topic) ?? message.topic;
      rows[kind] = [...(rows[kind] ?? []), message.value];
    }
  };
  for (const { request } of sent.traces()) add('traces', encodeProtobuf('traces', request));
  for (const { request } of sent.logs()) add('logs', encodeProtobuf('logs', request));
  for (const { request } of sent.metrics()) add('metrics', encodeProtobuf('metrics', request));
  return rows;
}

/** As Grafana and its ClickHouse data source fill in variables and macros. */
function filledIn(sql: string): string {
  const filled = sql
    .replace(/\$__timeFilter\((\w+)\)/g, `$1 >= toDateTime(${FROM}) AND $1 <= toDateTime(${END_OF_RANGE})`)
    .replace(/\$__timeInterval\((\w+)\)/g, 'toStartOfInterval(toDateTime($1), INTERVAL 60 second)')
    .replaceAll('$__fromTime', `toDateTime(${FROM})`)
    .replaceAll('$__toTime', `toDateTime(${END_OF_RANGE})`)
    .replaceAll('$database', DATABASE)
    .replace(/\$\{service:singlequote\}/g, `SELECT DISTINCT ServiceName FROM ${DATABASE}.otel_traces`)
    .replace(/\$\{(search|trace):sqlstring\}/g, "''");
  expect(filled).not.toContain('$');
  return filled;
}

const PANELS = BOARDS.flatMap(({ uid, board }) =>
  board.panels.flatMap(panel =>
    panel.type === 'row' || panel.datasource.type === 'prometheus'
      ? []
      : panel.targets.map(({ rawSql = '' }) => [uid, panel.title, rawSql] as const),
  ),
);

test.each(PANELS)('%s: %s has rows', async (_uid, _title, sql) => {
  const rows = (await clickhouse.query(filledIn(sql), 'JSONEachRow')).split('\n').filter(row => row !== '');
  expect(rows.length).toBeGreaterThan(0);
  // A panel whose numbers are all null or NaN is as empty as one without rows.
  for (const [name, value] of Object.entries(JSON.parse(rows[0] ?? '{}'))) expect(value, name).not.toBeNull();
});

test('the services and operations have all spans', async () => {
  const sum = async (title: string) => {
    const sql = PANELS.find(([, found]) => found === title)?.[2] ?? '';
    return clickhouse.query(`SELECT sum(spans) FROM (${filledIn(sql)})`);
  };
  expect(await sum('Services')).toBe('3000\n');
  expect(await sum('Operations')).toBe('3000\n');
});

test('the variable of services has them', async () => {
  for (const { board } of BOARDS)
    for (const { type, query, datasource } of board.templating.list)
      if (type === 'query' && datasource?.type !== 'prometheus')
        expect((await clickhouse.query(filledIn(query))).split('\n').length).toBeGreaterThan(5);
});
