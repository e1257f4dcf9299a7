import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../config/schema.js';
import type { BrokerKind } from '../demo/broker/broker-kind.js';
import { type DemoBroker, startBestBroker } from '../demo/broker/start-best-broker.js';
import { type Cleanups, createCleanups } from '../demo/cleanups.js';
import {
  type EmbeddedClickhouse,
  requireEmbeddedClickhouse,
  startEmbeddedClickhouse,
} from '../demo/clickhouse/embedded-clickhouse.js';
import { countMessages, createTables, total, untilStored } from '../demo/clickhouse/tables.js';
import { demoConfig } from '../demo/demo-config.js';
import { createInputTopics, untilOutputTopics } from '../demo/demo-topics.js';
import { type Counts, feed } from '../demo/feed.js';
import { measureReading } from '../demo/reading.js';
import {
  progressLine,
  showCast,
  showCounts,
  showQueries,
  showReading,
  showStandIns,
} from '../demo/report.js';
import { createScreen, type Screen } from '../demo/screen.js';
import { type Telemetry, telemetry } from '../demo/telemetry/telemetry.js';
import { startWorkerProcess, type WorkerProcess } from '../demo/worker-process.js';
import type { EncodingName } from '../encodings/settings.js';
import type { Kafka } from '../kafka/ports.js';
import { INTERRUPTED_BY } from './failure.js';

export interface DemoOptions {
  /** Brokers to use, `host:port` joined by commas; otherwise the demo starts one. */
  brokers?: string;
  /** Which one to start; otherwise the best that works. */
  broker?: BrokerKind;
  seed: number;
  spans: number;
  encoding: EncodingName;
}

const WINDOW_NANO = 15n * 60n * 1_000_000_000n;
/** Until all is generated, its size is only guessed: about so many log records and data points come with a span. */
const ROWS_PER_SPAN = 1.36;

/**
 * `otelrows demo`: generated telemetry through Kafka, the worker and ClickHouse, ending in a few queries. It ends with
 * exit code 1 when items and rows do not agree, and leaves nothing behind, whenever it is stopped.
 *
 * @throws Fatal when a part cannot be started or ends on its own.
 */
export async function demo(kafka: Kafka, options: DemoOptions): Promise<void> {
  const screen = createScreen(process.stdout);
  const cleanups = createCleanups();
  const stop = new AbortController();
  for (const [signal, exitCode] of Object.entries(INTERRUPTED_BY)) {
    process.on(signal, () => {
      // The second time, at once: the guards of the children see that we are gone.
      if (stop.signal.aborted) process.exit(exitCode);
      process.exitCode = exitCode;
      screen.line('  Stopping …');
      stop.abort();
    });
  }
  try {
    const agree = await untilAborted(play(kafka, options, screen, cleanups, stop.signal), stop.signal);
    if (!agree) process.exitCode = 1;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    screen.clearProgress();
    await cleanups.run();
  }
  if (stop.signal.aborted) screen.line('  Stopped. Nothing is left behind.');
}

/** Who takes part, all of them running. */
interface Stage {
  screen: Screen;
  signal: AbortSignal;
  config: Config;
  kafka: Kafka;
  broker: DemoBroker;
  clickhouse: EmbeddedClickhouse;
  worker: WorkerProcess;
  /** Begins the name of every topic and group of the demo. */
  prefix: string;
  telemetry: Telemetry;
  scratchDir: string;
  /** How many rows there will be, roughly. */
  rowsGuess: number;
  secondsSinceStart(): number;
}

/** @returns whether every item became one row. */
async function play(
  kafka: Kafka,
  options: DemoOptions,
  screen: Screen,
  cleanups: Cleanups,
  signal: AbortSignal,
): Promise<boolean> {
  requireEmbeddedClickhouse();
  screen.line(screen.bold('otelrows demo: raw OTLP on Kafka in, ClickHouse rows out, exactly once'));
  screen.line();
  const stage = await setStage(kafka, options, screen, cleanups, signal);
  const { sent, stored } = await sendAndStore(stage);
  await stage.worker.stop();

  const [distinct] = await stage.clickhouse.rows('SELECT uniqExact(SpanId) AS spans FROM otel_traces');
  const agree = showCounts(screen, sent, stored, Number(distinct?.['spans']));
  if (options.encoding !== 'json') {
    const { clickhouse, config, telemetry, scratchDir } = stage;
    const readings = await measureReading(clickhouse, config, telemetry, scratchDir);
    showReading(screen, await countMessages(clickhouse), total(stored), readings);
  }
  await showQueries(screen, stage.clickhouse);
  showStandIns(screen, stage.broker.kind, stage.prefix);
  screen.line(`  ${screen.dim(`Took ${stage.secondsSinceStart()} s.`)}`);
  return agree;
}

/** Starts everyone, each with what undoes it among the cleanups. */
async function setStage(
  kafka: Kafka,
  { brokers, broker: kind, seed, spans, encoding }: DemoOptions,
  screen: Screen,
  cleanups: Cleanups,
  signal: AbortSignal,
): Promise<Stage> {
  const started = Date.now();
  screen.progress('  Starting Kafka and ClickHouse …');
  // At once: a signal that came while we waited for the folder would end us before anyone knew that it has to go.
  const scratchDir = mkdtempSync(join(tmpdir(), 'otelrows-demo-'));
  // Not a cleanup: those do not run when the reader of our output goes away.
  process.once('exit', () => rmSync(scratchDir, { recursive: true, force: true, maxRetries: 3 }));

  const startingClickhouse = startEmbeddedClickhouse(scratchDir);
  cleanups.add(async () => (await startingClickhouse).stop());
  const startingBroker = startBestBroker(
    { ...(brokers ? { brokers } : {}), ...(kind ? { kind } : {}), signal, kafka },
    reason => screen.line(`  ${screen.dim(`not used: ${reason}`)}`),
  );
  cleanups.add(async () => (await startingBroker).stop());
  const [clickhouse, broker] = await Promise.all([startingClickhouse, startingBroker]);

  const { config, prefix } = demoConfig(broker, encoding);
  const spanCount = Math.min(spans, broker.spansMax ?? spans);
  const [version] = await clickhouse.rows('SELECT version() AS version');
  showCast(screen, {
    broker,
    delivery: config.delivery,
    encoding,
    clickhouseVersion: String(version?.['version']),
    seed,
    spanCount,
  });
  await createInputTopics(config, kafka, broker);
  const worker = await startWorkerProcess(config, scratchDir);
  cleanups.add(() => worker.stop());

  const endTimeUnixNano = BigInt(started) * 1_000_000n;
  return {
    screen,
    signal,
    config,
    kafka,
    broker,
    clickhouse,
    worker,
    prefix,
    scratchDir,
    telemetry: telemetry({
      seed,
      spanCount,
      startTimeUnixNano: endTimeUnixNano - WINDOW_NANO,
      endTimeUnixNano,
      requestItemsMax: 100,
      metricIntervalSeconds: 15,
    }),
    rowsGuess: Math.round(spanCount * ROWS_PER_SPAN),
    secondsSinceStart: () => Math.round((Date.now() - started) / 1000),
  };
}

/** Sends the telemetry while the worker makes rows and ClickHouse stores them. */
async function sendAndStore(stage: Stage): Promise<{ sent: Counts; stored: Counts }> {
  const { screen, signal, config, kafka, clickhouse, worker } = stage;
  let allSent: Counts | undefined;
  const sending = feed(config, kafka, stage.telemetry, signal).then(counts => {
    allSent = counts;
    return counts;
  });
  const showProgress = (stored: Counts) => {
    const expected = allSent ? total(allSent) : stage.rowsGuess;
    screen.progress(progressLine(total(stored), expected, stage.secondsSinceStart()));
  };
  const storing = async () => {
    await untilOutputTopics(config, kafka, signal);
    await createTables(clickhouse, config, `${stage.prefix}clickhouse`);
    return untilStored(clickhouse, () => allSent, showProgress, signal);
  };
  const [sent, stored] = await Promise.race([Promise.all([sending, storing()]), worker.endedByItself]);
  return { sent, stored };
}

/** Rejects as soon as the signal is aborted; what still runs is left to the cleanups. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  return Promise.race([work, aborted]);
}
