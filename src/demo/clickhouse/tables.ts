import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../config/schema.js';
import { schemaStatements } from '../../ddl/statements.js';
import { addedColumnsOf } from '../../encodings/added-columns.js';
import { encodingNamesOf } from '../../encodings/encodings-of.js';
import { ROW_KINDS, TABLES } from '../../tables/columns.js';
import { routesOf } from '../../transform/route.js';
import type { Counts } from '../feed.js';
import type { EmbeddedClickhouse } from './embedded-clickhouse.js';

const DATABASE = 'otel';
const POLL_INTERVAL_MS = 250;
/** Rows that have not come by then do not come. A worker that is slow still stores some of them. */
const STANDSTILL_MAX_MS = 30_000;

/** Makes ClickHouse read the output topics into the tables that `otelrows schema clickhouse` prints. */
export async function createTables(
  clickhouse: EmbeddedClickhouse,
  config: Config,
  groupPrefix: string,
): Promise<void> {
  const statements = schemaStatements({
    brokers: config.kafka.brokers,
    groupPrefix,
    topics: Object.fromEntries(Object.entries(routesOf(config)).map(([kind, { topic }]) => [kind, topic])),
    database: DATABASE,
    encodings: encodingNamesOf(config),
    added: addedColumnsOf(config),
    rowFormat: config.row_format,
    timeFormat: config.time_format,
    metricTime: config.metric_time,
  });
  for (const statement of statements) await clickhouse.run(statement);
  await clickhouse.run(`USE ${DATABASE}`);
}

/** How many rows the tables hold, by signal. */
export async function countRows(clickhouse: EmbeddedClickhouse): Promise<Counts> {
  const counts = ROW_KINDS.map(kind => `(SELECT count() FROM ${TABLES[kind].name}) AS ${kind}`);
  const [row = {}] = await clickhouse.rows(`SELECT ${counts.join(', ')}`);
  const {
    traces = 0,
    logs = 0,
    ...metrics
  } = Object.fromEntries(Object.entries(row).map(([kind, count]) => [kind, Number(count)]));
  return { traces, logs, metrics: Object.values(metrics).reduce((sum, count) => sum + count, 0) };
}

/** How many messages ClickHouse has read. */
export async function countMessages(clickhouse: EmbeddedClickhouse): Promise<number> {
  const [row] = await clickhouse.rows(
    'SELECT sum(num_messages_read) AS messages FROM system.kafka_consumers',
  );
  return Number(row?.['messages']);
}

/**
 * Waits until there are as many rows as items were sent.
 * @returns the rows that there are; fewer when none came for STANDSTILL_MAX_MS, more when there are more.
 */
export async function untilStored(
  clickhouse: EmbeddedClickhouse,
  sent: () => Counts | undefined,
  onProgress: (stored: Counts) => void,
  signal: AbortSignal,
): Promise<Counts> {
  let last = -1;
  let lastChange = Date.now();
  for (;;) {
    signal.throwIfAborted();
    const stored = await countRows(clickhouse);
    onProgress(stored);
    const wanted = sent();
    if (wanted && total(stored) >= total(wanted)) return stored;
    if (total(stored) !== last) {
      last = total(stored);
      lastChange = Date.now();
    }
    if (Date.now() - lastChange > STANDSTILL_MAX_MS) return stored;
    await sleep(POLL_INTERVAL_MS);
  }
}

export function total({ traces, logs, metrics }: Counts): number {
  return traces + logs + metrics;
}
