import { setTimeout as sleep } from 'node:timers/promises';
import type { RowsBuild } from '../build.js';
import type { BenchBroker } from './bench-broker.js';
import { createTopics, deleteTopics } from './bench-topics.js';
import type { Case } from './cases.js';
import { type Contestant, configFile, deadLetterTopic, type Job, outputTopics } from './contestants.js';
import type { Cores } from './cores.js';
import { countRows, type RowCounts } from './count-rows.js';
import type { FilledInput } from './fill-input.js';
import { followGroup } from './follow-group.js';
import { type MeasuredProcess, startMeasured } from './measured-process.js';

/** What it took to make rows of a full topic. */
export interface DrainFigures {
  /** From the start of the process to the commit of the last record. */
  cpuSecondsPerMillion: number;
  /** Over the last 80 % of the input, as are the next two. */
  cpuSecondsPerMillionWarm: number;
  itemsPerSecond: number;
  /** CPU seconds in a second. */
  cores: number;
  wallSeconds: number;
  residentPeakMb: number;
  /** Of the values that were written, by item, before compression. */
  valueBytes: number;
  /** Of the broker's log, by item: what was read and what was written. Null where it cannot be seen. */
  inputLogBytes: number | null;
  logBytes: number | null;
  messages: number;
  rowsPerMessage: number;
  transactions: number;
  itemsPerTransaction: number;
}

const LOOK_INTERVAL_MS = 100;
/** From here on a program counts as warm. */
const WARM_FROM = 0.2;
/** Without any progress for so long a run has failed. A member that was killed before is waited for 45 s. */
const STALLED_MS = 90_000;
const MIB = 1024 * 1024;

/**
 * Runs a contestant until it has committed the whole input, and counts what it wrote.
 * @throws Error when it ends, stalls, or rows are missing or doubled.
 */
export async function drain(
  contestant: Contestant,
  of: Case,
  input: FilledInput,
  job: Job,
  { rowsBuild, broker, cores }: { rowsBuild: RowsBuild; broker: BenchBroker; cores: Cores },
): Promise<DrainFigures> {
  const outputs = outputTopics(of, job);
  const created = [...outputs, deadLetterTopic(job)];
  await createTopics(job.brokers, created, of.outputPartitions);
  try {
    const spent = await untilCommitted(contestant, of, input, job, cores);
    const byItem = (bytes: number | null) => (bytes === null ? null : bytes / input.itemCount);
    const logBytes = byItem(broker.logBytes(outputs));
    const { config } = rowsBuild.loadConfig({ file: configFile(job), env: {} });
    const rows = await countRows(job.brokers, outputs, of.signal, rowsBuild.encodingsByTopic(config));
    assertComplete(contestant, input, rows);
    return {
      ...spent,
      valueBytes: rows.valueBytes / input.itemCount,
      inputLogBytes: byItem(broker.logBytes([input.topic])),
      logBytes,
      messages: rows.messages,
      rowsPerMessage: rows.rows / Math.max(1, rows.messages),
      transactions: rows.transactions,
      itemsPerTransaction: input.itemCount / Math.max(1, rows.transactions),
    };
  } finally {
    await deleteTopics(job.brokers, created);
  }
}

interface Look {
  atSeconds: number;
  cpuSeconds: number;
  /** Share of the input that is committed. */
  share: number;
}

async function untilCommitted(
  contestant: Contestant,
  of: Case,
  { topic, recordCount, itemCount, partitions }: FilledInput,
  job: Job,
  cores: Cores,
) {
  const group = await followGroup(job.brokers, job.group, topic, partitions);
  const began = performance.now();
  const measured = startMeasured(contestant, of, job, cores);
  try {
    let warm: Look | null = null;
    for (let last = await look(); ; ) {
      if (last.share >= WARM_FROM) warm ??= last;
      if (last.share >= 1) return spentUntil(last, warm ?? last, itemCount, measured);
      last = await nextProgress(last);
    }
  } finally {
    await measured.stop();
    await group.close();
  }

  async function look(): Promise<Look> {
    const share = (await group.committedRecords()) / recordCount;
    return { atSeconds: (performance.now() - began) / 1000, cpuSeconds: measured.usage().cpuSeconds, share };
  }

  async function nextProgress(last: Look): Promise<Look> {
    for (;;) {
      await sleep(LOOK_INTERVAL_MS);
      const next = await look();
      if (next.share > last.share) return next;
      measured.assertRunning();
      if ((next.atSeconds - last.atSeconds) * 1000 > STALLED_MS) {
        throw measured.failure(`has committed ${(100 * last.share).toFixed(1)} % and nothing more since`);
      }
    }
  }
}

function spentUntil(end: Look, warm: Look, itemCount: number, measured: MeasuredProcess) {
  const millions = itemCount / 1e6;
  const warmMillions = (end.share - warm.share) * millions;
  const warmSeconds = end.atSeconds - warm.atSeconds;
  const warmCpuSeconds = end.cpuSeconds - warm.cpuSeconds;
  return {
    cpuSecondsPerMillion: end.cpuSeconds / millions,
    cpuSecondsPerMillionWarm: warmCpuSeconds / warmMillions,
    itemsPerSecond: (warmMillions * 1e6) / warmSeconds,
    cores: warmCpuSeconds / warmSeconds,
    wallSeconds: end.atSeconds,
    residentPeakMb: measured.usage().residentPeakBytes / MIB,
  };
}

function assertComplete({ name }: Contestant, { itemCount }: FilledInput, { rows, items }: RowCounts): void {
  if (rows === itemCount && items === itemCount) return;
  throw new Error(
    `${name} wrote ${rows} rows of ${items} different items where there are ${itemCount}: ` +
      `${itemCount - items} are missing, ${rows - items} are doubled`,
  );
}
