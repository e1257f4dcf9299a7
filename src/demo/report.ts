import type { DemoBroker } from './broker/start-best-broker.js';
import type { EmbeddedClickhouse, SqlRow } from './clickhouse/embedded-clickhouse.js';
import type { Counts } from './feed.js';
import { DEMO_QUERIES } from './queries.js';
import type { Reading } from './reading.js';
import { renderTable } from './render-table.js';
import type { Screen } from './screen.js';

const BAR_WIDTH = 30;

export interface Cast {
  broker: Pick<DemoBroker, 'kind' | 'title' | 'brokers'>;
  delivery: string;
  encoding: string;
  clickhouseVersion: string;
  seed: number;
  spanCount: number;
}

/** Who plays which part. */
export function showCast(
  screen: Screen,
  { broker, delivery, encoding, clickhouseVersion, seed, spanCount }: Cast,
): void {
  const parts: [string, string][] = [
    [
      'Telemetry',
      `${count(spanCount)} spans of a web shop with their logs and metrics, seed ${seed}; OTLP protobuf and JSON`,
    ],
    ['Kafka', `${broker.title}, at ${broker.brokers}`],
    ['Worker', `otelrows run, delivery ${delivery}, encoding ${encoding}`],
    ['ClickHouse', `${clickhouseVersion}, embedded; its Kafka engine reads what the worker writes`],
  ];
  for (const [part, player] of parts) screen.line(`  ${screen.dim(part.padEnd(12))}${player}`);
  screen.line();
}

export function progressLine(stored: number, expected: number, seconds: number): string {
  const filled = Math.min(BAR_WIDTH, Math.floor((stored / Math.max(1, expected)) * BAR_WIDTH));
  const bar = '━'.repeat(filled) + '─'.repeat(BAR_WIDTH - filled);
  return `  ${bar}  ${count(stored)} of about ${count(expected)} rows stored  ${seconds} s`;
}

/** @returns whether every item became exactly one row. */
export function showCounts(screen: Screen, sent: Counts, stored: Counts, distinctSpans: number): boolean {
  const lines = [
    ['spans', sent.traces, stored.traces],
    ['log records', sent.logs, stored.logs],
    ['metric data points', sent.metrics, stored.metrics],
  ] as const;
  screen.line(`  ${''.padEnd(20)}${'sent to Kafka'.padStart(14)}${'rows in ClickHouse'.padStart(22)}`);
  for (const [name, went, came] of lines) {
    const verdict = went === came ? screen.good('equal') : screen.bad('NOT EQUAL');
    screen.line(`  ${name.padEnd(20)}${count(went).padStart(14)}${count(came).padStart(22)}  ${verdict}`);
  }
  const agree = lines.every(([, went, came]) => went === came) && distinctSpans === stored.traces;
  screen.line(
    agree
      ? `  Every item became one row, and all ${count(distinctSpans)} span ids differ: nothing lost, nothing doubled.`
      : screen.bad(
          `  ${count(distinctSpans)} span ids differ. Items and rows do not agree: this is a defect.`,
        ),
  );
  screen.line();
  return agree;
}

/**
 * What was saved by another encoding than JSON.
 *
 * @param messages how many ClickHouse has read.
 */
export function showReading(
  screen: Screen,
  messages: number,
  rows: number,
  readings: readonly Reading[],
): void {
  screen.line(screen.bold('What that saved'));
  screen.line(`  ClickHouse read the ${count(rows)} rows from ${count(messages)} messages.`);
  screen.line(`  To read the first ${count(readings[0]?.rows ?? 0)} spans from a file, by one thread:`);
  screen.line();
  const table = renderTable(
    readings.map(({ encoding, bytes, cpuSeconds }) => ({
      encoding,
      MB: Number((bytes / 1e6).toFixed(1)),
      'CPU ms of ClickHouse': Math.round(cpuSeconds * 1e3),
    })),
  );
  for (const line of table) screen.line(`  ${line}`);
  screen.line();
}

/** Runs the questions and shows each with its answer. */
export async function showQueries(screen: Screen, clickhouse: EmbeddedClickhouse): Promise<void> {
  for (const { title, sql } of DEMO_QUERIES) {
    const rows: SqlRow[] = await clickhouse.rows(sql);
    screen.line(screen.bold(title));
    for (const line of sql.split('\n')) screen.line(`  ${screen.dim(line)}`);
    screen.line();
    for (const line of renderTable(rows)) screen.line(`  ${line}`);
    screen.line();
  }
}

/** Says what was not the real thing, and what that means. */
export function showStandIns(screen: Screen, kind: DemoBroker['kind'], prefix: string): void {
  const kafka: Record<DemoBroker['kind'], string> = {
    given: `yours. The demo's topics and groups stay on it; all begin with ${prefix}`,
    java: 'a real broker, but one node on this machine, gone with the demo. Yours: --brokers host:9092',
    container: 'a real broker, but one node on this machine, gone with the demo. Yours: --brokers host:9092',
    mock: "the client's mock, NOT a broker: it keeps no transactions, so exactly-once was not exercised",
  };
  screen.line(screen.bold('What stood in for what'));
  screen.line(`  Kafka       ${kafka[kind]}`);
  screen.line(
    '  ClickHouse  the real engine, in a process instead of a server; its tables are gone with the demo',
  );
  screen.line("  Telemetry   generated, and encoded as a collector's Kafka exporter encodes it");
  screen.line('  The worker was the real one. How to run yours: README.md, "Run it"');
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
