import { setTimeout as sleep } from 'node:timers/promises';
import { AbortBatch, Fatal, Fenced, Rejoin } from '../errors.js';
import { KafkaFailure } from '../kafka/failure.js';
import type { InputConsumer, InputRecord } from '../kafka/ports.js';
import { type BatchTally, zeroTally } from '../observe/counters.js';
import type { Events } from '../observe/events.js';
import { describeSuspicion } from '../transform/suspicion.js';
import type { TransformRecord } from '../transform/transform-record.js';
import type { Assignment } from './assignment.js';
import type { Backoff } from './backoff.js';
import {
  type BatchBounds,
  NOTHING_POLLED,
  nextOffsets,
  type PolledBatch,
  pollBatch,
  processRecord,
  withoutPartitions,
} from './batch.js';
import type { Delivery } from './delivery.js';
import type { InputOf } from './inputs.js';
import type { LagTracker } from './lag.js';
import { refuseCommitted } from './refuse-committed.js';
import { rewind } from './rewind.js';
import { checkBooks, type SendRecord } from './send-record.js';

export interface ProcessorParts {
  consumer: InputConsumer;
  assignment: Assignment;
  delivery: Delivery;
  inputOf: InputOf;
  transform: TransformRecord;
  sendRecord: SendRecord;
  bounds: BatchBounds;
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
  const { consumer, assignment, bounds, pollBackoff } = parts;

  const known = withoutPartitions(ahead, assignment.settle());
  const batch = known.records.length > 0 || known.failure ? known : await pollBatch(consumer, bounds);
  if (batch.records.length > 0) return processBatch(parts, batch);
  if (batch.failure) await waitOrGiveUp(parts, batch.failure);
  else pollBackoff.reset();
  return NOTHING_POLLED;
}

/** One transaction. @returns what comes after it: records that were too many for it, else the next ones. */
async function processBatch(parts: ProcessorParts, { records, failure }: PolledBatch): Promise<PolledBatch> {
  const { assignment, delivery, backoff, lag, events } = parts;
  const started = performance.now();
  let polled = records;
  lag?.onTheWay(records);
  try {
    const tally = await sendBatch(parts, records);
    const [sent, left] = [records.slice(0, tally.records), records.slice(tally.records)];
    const offsets = nextOffsets(sent);
    const [committed, next] = await Promise.allSettled([
      // Noted here, since polling ahead may take longer than the commit.
      delivery.commit(offsets).then(() => performance.now() - started),
      left.length > 0 || failure ? { records: left, failure } : pollAhead(parts),
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
    await recover(parts, error, polled);
    return { records: [], failure };
  }
}

/** Sends what becomes of these records, or of the first of them when they become more than fits into a transaction. */
async function sendBatch(parts: ProcessorParts, records: readonly InputRecord[]): Promise<BatchTally> {
  const { consumer, assignment, delivery, inputOf, transform, sendRecord, bounds, events } = parts;
  await refuseCommitted(consumer, assignment, records);
  const tally = zeroTally();
  for (const record of records) {
    // One record at a time, so that the rows of one are in memory, not those of the whole batch.
    const transformStarted = performance.now();
    const processed = processRecord(record, inputOf, transform);
    tally.transformMs += performance.now() - transformStarted;
    const { kernelFailure } = processed.outcome === 'rows' ? processed.transformed : processed.error;
    if (kernelFailure) events.kernelFailed(record, kernelFailure);
    await sendRecord(delivery, processed, tally);
    if (tally.rowBytes >= bounds.rowBytesMax) break;
  }
  checkBooks(tally);
  return tally;
}

function tellCommitted(events: Events, tally: BatchTally, tookMs: number): void {
  events.committed(tally, tookMs);
  for (const { record, problem, valueLeftOut } of tally.deadLetters) {
    events.deadLettered(record, problem);
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
async function pollAhead({ consumer, bounds, stop }: ProcessorParts): Promise<PolledBatch> {
  return stop.aborted ? NOTHING_POLLED : pollBatch(consumer, bounds);
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
