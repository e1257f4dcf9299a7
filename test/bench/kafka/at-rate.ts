import { setTimeout as sleep } from 'node:timers/promises';
import type { Build } from '../build.js';
import { makeRecords } from '../inputs.js';
import { createTopics, deleteTopics } from './bench-topics.js';
import type { Case } from './cases.js';
import { epochMicros } from './clock.js';
import { type Contestant, deadLetterTopic, type Job, outputTopics } from './contestants.js';
import type { Cores } from './cores.js';
import { type MeasuredProcess, startMeasured } from './measured-process.js';
import { openRequestStream, type RequestStream } from './request-stream.js';
import { type RowReader, startRowReader } from './start-row-reader.js';

/** What happened while so many spans arrived per second. */
export interface RateFigures {
  itemsPerSecond: number;
  seconds: number;
  /** From when a request was sent to when a committed reader had its row. */
  p50Ms: number;
  p99Ms: number;
  p999Ms: number;
  maxMs: number;
  cpuSecondsPerMillion: number;
  cores: number;
  /** Resident memory when the measurement began, when it ended, once everything was written, and at its highest. */
  residentBeginMb: number;
  residentEndMb: number;
  residentAfterMb: number;
  residentPeakMb: number;
}

export interface RateOptions {
  itemsPerSecond: number;
  seconds: number;
  build: Build;
  cores: Cores;
  say(line: string): void;
}

/** Different ones, so that the compression of rows has as much to do as usual. */
const REQUEST_COUNT = 300;
const SEED = 1;
/**
 * Compilers and pools get their share before the measurement, those of a broker that has just been started too: it takes
 * seconds for each transaction until its code is compiled, and what piled up meanwhile has to be gone. So it begins when for
 * some seconds in a row no more was on its way than arrives in a quarter of one.
 */
const WARM_UP_SECONDS = 20;
const WARM_UP_SECONDS_MAX = 120;
const SETTLED_SECONDS = 5;
const SETTLED_BEHIND_SECONDS = 0.25;
const FIRST_ROWS_MS_MAX = 60_000;
const LAST_ROWS_MS_MAX = 60_000;
const LOOK_INTERVAL_MS = 100;
const LINES_SAID = 10;
const MIB = 1024 * 1024;

/** Enough for readers to be behind by minutes, and not enough to fill a disk. */
const SHORT_RETENTION = {
  'retention.bytes': String(1024 * MIB),
  'segment.bytes': String(64 * MIB),
  'max.message.bytes': '10485760',
};

/**
 * Sends spans at a rate, measures how long it takes until readers have their rows, and what the worker takes meanwhile.
 * @throws Error when a row is missing or doubled in the end, or something ends by itself.
 */
export async function atRate(
  contestant: Contestant,
  of: Case,
  job: Job,
  options: RateOptions,
): Promise<RateFigures> {
  const outputs = outputTopics(of, job);
  const created = [job.input, ...outputs, deadLetterTopic(job)];
  await createTopics(job.brokers, created, of.outputPartitions, SHORT_RETENTION);
  const shape = { itemCount: REQUEST_COUNT * of.requestItems, requestItems: of.requestItems, seed: SEED };
  const requests = [...makeRecords(options.build, of.signal, of.encoding, shape)];
  const stream = await openRequestStream(job.brokers, job.input, of.partitions, requests);
  const messages = of.rowEncoding === 'native' ? 'blocks' : 'rows';
  const reader = await startRowReader(job.brokers, outputs, of.outputPartitions, messages);
  const measured = startMeasured(contestant, of, job, options.cores);
  try {
    return await measure(measured, stream, reader, options);
  } finally {
    // Where the measurement failed it still sends, and this process would never end. Why it failed is known already.
    await stream.stop().catch(() => undefined);
    await measured.stop();
    reader.stop();
    await deleteTopics(job.brokers, created);
  }
}

async function measure(
  measured: MeasuredProcess,
  stream: RequestStream,
  reader: RowReader,
  { itemsPerSecond, seconds, say }: RateOptions,
): Promise<RateFigures> {
  const untilRows = (timeoutMs: number) => untilAllRows(measured, stream, reader, timeoutMs);
  stream.sendOne();
  await untilRows(FIRST_ROWS_MS_MAX);
  stream.begin(itemsPerSecond);
  await warmUp(measured, stream, reader, itemsPerSecond * SETTLED_BEHIND_SECONDS);

  reader.measureFrom(epochMicros());
  const before = measured.usage();
  const sentBefore = stream.sentItems();
  for (let part = 1; part <= LINES_SAID; part++) {
    await runFor(seconds / LINES_SAID, measured, reader);
    const resident = Math.round(measured.usage().residentBytes / MIB);
    const behind = stream.sentItems() - reader.rows();
    say(
      `  ${Math.round((seconds * part) / LINES_SAID)} s: resident ${resident} MiB, ${behind} rows on their way`,
    );
  }
  const after = measured.usage();
  const items = stream.sentItems() - sentBefore;
  await stream.stop();
  await untilRows(LAST_ROWS_MS_MAX);

  const { p50Ms, p99Ms, p999Ms, maxMs } = await reader.latencies();
  const end = measured.usage();
  // What it would still write twice, it writes until its end.
  await measured.stop();
  await sleep(LOOK_INTERVAL_MS * 5);
  if (reader.rows() !== stream.sentItems()) {
    throw new Error(`${reader.rows()} rows of ${stream.sentItems()} spans: some are doubled`);
  }
  const cpuSeconds = after.cpuSeconds - before.cpuSeconds;
  return {
    itemsPerSecond: items / seconds,
    seconds,
    p50Ms,
    p99Ms,
    p999Ms,
    maxMs,
    cpuSecondsPerMillion: cpuSeconds / (items / 1e6),
    cores: cpuSeconds / seconds,
    residentBeginMb: before.residentBytes / MIB,
    residentEndMb: after.residentBytes / MIB,
    residentAfterMb: end.residentBytes / MIB,
    residentPeakMb: end.residentPeakBytes / MIB,
  };
}

/** @throws Error when more is on its way than `behindMax` rows until the end: then the rate is too high to be measured. */
async function warmUp(
  measured: MeasuredProcess,
  stream: RequestStream,
  reader: RowReader,
  behindMax: number,
): Promise<void> {
  let settled = 0;
  for (let second = 1; second <= WARM_UP_SECONDS_MAX; second++) {
    await runFor(1, measured, reader);
    settled = stream.sentItems() - reader.rows() <= behindMax ? settled + 1 : 0;
    if (second >= WARM_UP_SECONDS && settled >= SETTLED_SECONDS) return;
  }
  throw measured.failure(
    `is still behind after ${WARM_UP_SECONDS_MAX} s at this rate, so its latency says nothing`,
  );
}

async function runFor(seconds: number, measured: MeasuredProcess, reader: RowReader): Promise<void> {
  await sleep(seconds * 1000);
  measured.assertRunning();
  reader.assertRunning();
}

/** @throws Error when rows are still missing after that time. */
async function untilAllRows(
  measured: MeasuredProcess,
  stream: RequestStream,
  reader: RowReader,
  timeoutMs: number,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (reader.rows() < stream.sentItems()) {
    measured.assertRunning();
    reader.assertRunning();
    if (performance.now() > deadline) {
      throw measured.failure(
        `has made ${reader.rows()} rows of ${stream.sentItems()} spans, and no more in time`,
      );
    }
    await sleep(LOOK_INTERVAL_MS);
  }
}
