import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/schema.js';
import { createTransform } from '../create-transform.js';
import { CLICKHOUSE_READERS } from '../encodings/clickhouse-readers.js';
import type { Packing } from '../encodings/encoding.js';
import { encodingsOf } from '../encodings/encodings-of.js';
import type { EncodingName } from '../encodings/settings.js';
import { columnsOf } from '../tables/columns.js';
import { identifier, literal } from '../tables/sql.js';
import type { OutputMessage } from '../transform/transform-record.js';
import type { EmbeddedClickhouse } from './clickhouse/embedded-clickhouse.js';
import { encodeProtobuf } from './telemetry/encode-otlp.js';
import type { Telemetry } from './telemetry/telemetry.js';

/** What rows of spans take in one encoding. */
export interface Reading {
  encoding: EncodingName;
  rows: number;
  /** Of the values of messages, before compression. */
  bytes: number;
  /** That ClickHouse uses to make columns of its tables of them. */
  cpuSeconds: number;
}

/** Enough for a time that can be measured, and soon done. */
const ROWS_MAX = 20_000;
/** The first time, ClickHouse also makes ready what it needs for a format. */
const ROUNDS = 3;

/**
 * Has ClickHouse parse the rows of the demo's first spans from a file, as JSON and in the encoding of the config: by one
 * thread, into a table that keeps nothing, so that there is only parsing.
 */
export async function measureReading(
  clickhouse: EmbeddedClickhouse,
  config: Config,
  telemetry: Telemetry,
  scratchDir: string,
): Promise<Reading[]> {
  const readings: Reading[] = [];
  for (const encoding of ['json', config.traces.encoding] as const) {
    const settings = { ...config, traces: { ...config.traces, encoding } };
    const rows = firstRows(settings, telemetry);
    const contents = contentsOf(rows, encodingsOf(settings).traces.packing);
    const file = join(scratchDir, `spans.${encoding}`);
    await writeFile(file, contents);
    const rounds: number[] = [];
    while (rounds.length < ROUNDS) rounds.push(await clickhouse.run(parseStatement(file, settings)));
    const cpuSeconds = Math.min(...rounds);
    readings.push({ encoding, rows: rows.length, bytes: contents.length, cpuSeconds });
  }
  return readings;
}

function firstRows(config: Config, telemetry: Telemetry): OutputMessage[] {
  const transform = createTransform(config);
  const rows: OutputMessage[] = [];
  for (const { request } of telemetry.traces()) {
    rows.push(...transform('traces', 'otlp_proto', encodeProtobuf('traces', request)).messages);
    if (rows.length >= ROWS_MAX) break;
  }
  return rows;
}

/** As a file of such rows is: JSON on a line each, blocks one after the other. */
function contentsOf(rows: readonly OutputMessage[], packing: Packing | null): Buffer {
  if (packing === null) return Buffer.from(rows.map(({ value }) => `${value}\n`).join(''));
  const blocks: OutputMessage[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    bytes += packing.betweenBytes + row.value.length;
    if (bytes > packing.bytesMax) {
      blocks.push([]);
      bytes = packing.frameBytesMax + row.value.length;
    }
    blocks.at(-1)?.push(row);
  }
  // Each may be made in the memory of the one before.
  return Buffer.concat(blocks.map(rows => Buffer.from(packing.join(rows))));
}

function parseStatement(file: string, { traces, row_format, time_format, metric_time }: Config): string {
  const { format, columns, settings } = CLICKHOUSE_READERS[traces.encoding]('traces', {
    rowFormat: row_format,
    timeFormat: time_format,
    metricTime: metric_time,
  });
  const read = structureOf(columns);
  const stored = structureOf(columnsOf('traces', metric_time));
  const one = ['max_threads = 1', 'max_insert_threads = 1', 'input_format_parallel_parsing = 0'];
  const reading = settings
    .filter(line => !line.trim().startsWith('--'))
    .map(line => line.trim().replace(/,$/, ''));
  return (
    `INSERT INTO FUNCTION null(${stored}) SELECT ${columns.map(({ expression }) => expression).join(', ')} ` +
    `FROM file(${literal(file)}, ${format}, ${read}) SETTINGS ${[...one, ...reading].join(', ')}`
  );
}

function structureOf(columns: readonly { name: string; type: string }[]): string {
  return literal(columns.map(({ name, type }) => `${identifier(name)} ${type}`).join(', '));
}
