import { setTimeout as sleep } from 'node:timers/promises';
import { AbortBatch, Fatal, Fenced, Rejoin } from '../errors.js';
import { KafkaFailure } from '../kafka/failure.js';
import type { InputConsumer, InputRecord } from '../kafka/ports.js';
import { type ProcessedRecord, processRecord, type ReadingParts } from '../messages/process-record.js';
import { type BatchTally, zeroTally } from '../observe/counters.js';
import type { Events } from '../observe/events.js';
import { describeSuspicion } from '../transform/suspicion.js';
import type { Assignment } from './assignment.js';
import type { Backoff } from './backoff.js';
import {
  type BatchBounds,
  NOTHING_POLLED,
  nextOffsets,
  type PolledBatch,
  pollBatch,
  withoutPartitions,
} from './batch.js';
import type { Delivery } from './delivery.js';
import type { LagTracker } from './lag.js';
import type { Pace } from './pace.js';
import { refuseCommitted } from './refuse-committed.js';
import { rewind } from './rewind.js';
import { checkCounts, type RecordSender } from './send-record.js';

export interface ProcessorParts extends ReadingParts {
  consumer: InputConsumer;
  assignment: Assignment;
  delivery: Delivery;
  sender: RecordSender;
  bounds: BatchBounds;
  /** Keeps batches within their time. */
  pace: Pace;
  /** Whoever may write rows: each partition has to take messages before a record is given up for being slow. */
  outputTopics: readonly string[];
  /** Between attempts at a batch. */
  backoff: Backoff;
  /** Between polls that fail. One of its own: a quiet topic would never end the failures that a batch counts. */
  pollBackoff: Backoff;
  /** How long failures in a row are borne before the worker gives up; 0 = for ever. */
  retryElapsedMsMax: number;
  /** Is told which records are on their way; left out where nobody asks for a lag. */
  lag?: Pick<LagTracker, 'onTheWay'>;
  events: Events;
  /** Aborted when the worker shall stop: the running batch ends, no new one begins. */
  stop: AbortSignal;
}

/**
 * The way of a record: poll → transform → send → commit, again and again until `stop`.
 *
 * @throws Fatal when going on is pointless.
 */
export async function runProcessor(parts: ProcessorParts): Promise<void> {
  let ahead = NOTHING_POLLED;
  while (!parts.stop.aborted) ahead = await runOnce(parts, ahead);
}

/**
 * @param ahead what was polled while the batch before was committed.
 * @returns the same for the next time.
 */
async function runOnce(parts: ProcessorParts, ahead: PolledBatch): Promise<PolledBatch> {
  const { assignment, pollBackoff } = parts;

  const known = withoutPartitions(ahead, assignment.settle());
  const batch = known.records.length > 0 || known.failure ? known : await poll(parts);
  // A poll that brought records has worked, whatever came after it.
  if (batch.records.length > 0 || !batch.failure) pollBackoff.reset();
  if (batch.records.length > 0) return processBatch(parts, batch);
  if (batch.failure) await waitOrGiveUp(parts, batch.failure);
  return NOTHING_POLLED;
}

async function poll({ consumer, bounds, pace }: ProcessorParts): Promise<PolledBatch> {
  pace.polled();
  return pollBatch(consumer, { ...bounds, recordsMax: pace.recordsMax() });
}

/** One transaction. @returns what comes after it: records that were too many for it, else the next ones. */
async function processBatch(parts: ProcessorParts, { records, failure }: PolledBatch): Promise<PolledBatch> {
  const { assignment, delivery, pace, backoff, lag, events } = parts;
  const started = performance.now();
  const tally = zeroTally();
  let polled = records;
  lag?.onTheWay(records);
  pace.begin();
  try {
    await sendBatch(parts, records, tally);
    const [sent, left] = [records.slice(0, tally.records), records.slice(tally.records)];
    const offsets = nextOffsets(sent);
    const [committed, next] = await Promise.allSettled([
      // Noted here, since polling ahead may take longer than the commit.
      delivery.commit(offsets).then(() => {
        pace.committed(tally, offsets);
        return performance.now() - started;
      }),
      failure ? { records: left, failure } : pollAhead(parts, left),
    ]);
    if (next.status === 'rejected') throw next.reason;
    polled = [...records, ...next.value.records];
    if (committed.status === 'rejected') throw committed.reason;
    assignment.advance(offsets);
    lag?.onTheWay(next.value.records);
    tellCommitted(events, tally, committed.value);
    backoff.reset();
    return next.value;
  } catch (error) {
    lag?.onTheWay(polled);
    const timedOut = pace.failed(error, records, tally);
    if (timedOut) events.batchTimedOut(timedOut);
    await recover(parts, error, polled);
    return { records: [], failure };
  }
}

/** Sends what becomes of these records, or of the first of them when all become more than a transaction shall hold. */
async function sendBatch(
  parts: ProcessorParts,
  records: readonly InputRecord[],
  tally: BatchTally,
): Promise<void> {
  const { consumer, assignment, delivery, sender, pace, events } = parts;
  await refuseCommitted(consumer, assignment, records);
  sender.beginBatch();
  for (const record of records) {
    if (tally.records > 0 && !pace.hasRoomFor(record, tally)) break;
    if (pace.doubts(record)) await askBrokers(parts, record);
    // One record at a time, so that the rows of one are in memory, not those of the whole batch.
    const transformStarted = performance.now();
    const processed = await process(parts, record);
    tally.transformMs += performance.now() - transformStarted;
    // The transform may have taken what was left; the record is then better off with a transaction that begins with it.
    if (tally.records > 0 && pace.timeIsUp()) break;
    const kernelFailure = kernelFailureOf(processed);
    if (kernelFailure) events.kernelFailed(record, kernelFailure);
    pace.sending();
    await sender.sendRecord(delivery, processed, tally);
  }
  await sender.sendGathered(delivery, tally);
  checkCounts(tally);
}

async function process(parts: ProcessorParts, record: InputRecord): Promise<ProcessedRecord> {
  const givenUp = parts.pace.givesUp(record);
  if (givenUp === null) return processRecord(record, parts);
  return { record, outcome: 'too_slow', ...givenUp };
}

function kernelFailureOf(processed: ProcessedRecord): string | undefined {
  if (processed.outcome === 'rows') return processed.transformed.kernelFailure;
  return processed.outcome === 'poison' ? processed.error.kernelFailure : undefined;
}

/** Whether it was the record that took too long, and not brokers that were away. */
async function askBrokers(
  { delivery, pace, outputTopics, stop }: ProcessorParts,
  record: InputRecord,
): Promise<void> {
  await pause(pace.calmMs(record), stop);
  // Trying it once more would take longer than a stop may; nothing of it is sent.
  if (stop.aborted) throw new AbortBatch('the worker shall stop');
  try {
    pace.settle(record, await delivery.brokersAnswer(outputTopics, record));
  } catch (error) {
    pace.settle(record, false);
    throw error;
  }
}

function tellCommitted(events: Events, tally: BatchTally, tookMs: number): void {
  events.committed(tally, tookMs);
  for (const { record, problem, valueLeftOut, defect } of tally.deadLetters) {
    events.deadLettered(record, problem);
    if (defect) events.defect(record, defect);
    if (valueLeftOut) events.valueLeftOut(record);
  }
  for (const { record, signal, suspicion } of tally.suspicious) {
    const count = tally.withoutItemsBy.get(record.topic)?.suspicious ?? 0;
    events.suspicious(record, count, describeSuspicion(signal, suspicion));
  }
}

/**
 * Polls the next batch while the last one is being committed, which takes some round trips to the brokers. Nothing of it
 * is sent before the commit has worked: rows of a transaction that is only hoped for could overtake those before them.
 */
async function pollAhead(parts: ProcessorParts, left: readonly InputRecord[]): Promise<PolledBatch> {
  const { consumer, bounds, pace, stop } = parts;
  if (left.length === 0) return stop.aborted ? NOTHING_POLLED : poll(parts);
  if (!pace.mustPoll()) return { records: left, failure: null };
  // What is left may take longer than the group waits for a poll. One record more does not make it grow: one was done.
  pace.polled();
  const more = await pollBatch(consumer, { ...bounds, recordsMax: 1, ageMsMax: 1 });
  return { records: [...left, ...more.records], failure: more.failure };
}

/**
 * A poll that fails undoes nothing: what was read before it is in order.
 *
 * @throws Fatal when polling again would not help.
 * @throws Rejoin when only another consumer would help.
 */
async function waitOrGiveUp(
  { pollBackoff, events, stop }: ProcessorParts,
  failure: KafkaFailure,
): Promise<void> {
  throwIfDenied(failure);
  throwIfConsumerIsGone(failure);
  const retryMs = pollBackoff.next();
  events.pollFailed(failure.message, retryMs);
  await pause(retryMs, stop);
}

/** Asking again would be for ever: rights are missing until someone gives them. */
function throwIfDenied(failure: unknown): void {
  if (!(failure instanceof KafkaFailure && failure.kind === 'denied')) return;
  throw new Fatal(
    `${failure.message}. Give this user the right to read the inputs and to use the consumer group.`,
  );
}

/** A consumer that met a fatal error answers nothing ever again. */
function throwIfConsumerIsGone(failure: unknown): void {
  if (!(failure instanceof KafkaFailure)) return;
  if (failure.kind === 'fenced') throw new Rejoin(failure.message, true);
  if (failure.kind === 'name_in_use') throw new Rejoin(failure.message, false);
}

/**
 * Undoes a batch that failed, until that has worked: drops what was sent, or the whole producer, and puts reading back.
 * Whatever fails on the way is the next thing to recover from. When the worker shall stop, reading need not be put back:
 * what is not committed is read again by whoever comes next, and closing the delivery aborts what is open.
 */
async function recover(
  parts: ProcessorParts,
  failure: unknown,
  records: readonly InputRecord[],
): Promise<void> {
  const { consumer, assignment, delivery, backoff, retryElapsedMsMax, events, stop } = parts;
  let cause = failure;
  for (;;) {
    // Anything else is a defect, or the end of the worker; also when it shall stop, nobody may take it for a clean end.
    if (!(cause instanceof Fenced || cause instanceof AbortBatch || cause instanceof KafkaFailure))
      throw cause;
    throwIfDenied(cause);
    if (stop.aborted) return;
    const retryMs = backoff.next();
    if (cause instanceof Fenced) events.producerReplaced(cause.message, retryMs);
    else if (cause instanceof AbortBatch) events.aborted(cause.message, retryMs);
    else events.offsetsUnknown(cause.message, retryMs);
    if (retryElapsedMsMax > 0 && backoff.elapsedMs() > retryElapsedMsMax) {
      throw new Fatal(
        `Gave up after retry.max_elapsed_ms (${retryElapsedMsMax} ms): ${(cause as Error).message}`,
      );
    }
    try {
      // Before the wait: readers of the output see nothing that comes after an open transaction.
      await delivery.abort();
      await pause(retryMs, stop);
      await delivery.open();
      await rewind(consumer, assignment, records);
      return;
    } catch (next) {
      // The delivery tells of its failures in other words, so this one is the consumer's.
      throwIfConsumerIsGone(next);
      cause = next;
    }
  }
}

/** Opens the delivery for the first time: before the group gives partitions to a worker that cannot write yet. */
export async function openDelivery({
  delivery,
  backoff,
  events,
  stop,
}: Pick<ProcessorParts, 'delivery' | 'backoff' | 'events' | 'stop'>): Promise<void> {
  while (!stop.aborted) {
    try {
      await delivery.open();
      backoff.reset();
      return;
    } catch (error) {
      if (stop.aborted) return;
      if (!(error instanceof Fenced || error instanceof AbortBatch)) throw error;
      const retryMs = backoff.next();
      events.producerReplaced(error.message, retryMs);
      await pause(retryMs, stop);
    }
  }
}

/** Waits, but not longer than until the worker shall stop. */
async function pause(ms: number, stop: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: stop }).catch(() => undefined);
}
