import { setTimeout as sleep } from 'node:timers/promises';
import { AbortBatch, Fatal, Fenced } from '../errors.js';
import { KafkaFailure } from '../kafka/failure.js';
import type { InputConsumer, InputRecord } from '../kafka/ports.js';
import type { Events } from '../observe/events.js';
import type { TransformRecord } from '../transform/transform-record.js';
import type { Assignment } from './assignment.js';
import type { Backoff } from './backoff.js';
import { type BatchBounds, nextOffsets, pollBatch, transformBatch } from './batch.js';
import type { Delivery } from './delivery.js';
import type { InputOf } from './inputs.js';
import { rewind } from './rewind.js';
import { checkBooks, type RecordSender } from './send-batch.js';

export interface ProcessorParts {
  consumer: InputConsumer;
  assignment: Assignment;
  delivery: Delivery;
  inputOf: InputOf;
  transform: TransformRecord;
  sender: RecordSender;
  bounds: BatchBounds;
  backoff: Backoff;
  /** How long failures in a row are borne before the worker gives up; 0 = for ever. */
  retryElapsedMsMax: number;
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
  await openDelivery(parts);
  while (!parts.stop.aborted) await runOnce(parts);
}

async function runOnce(parts: ProcessorParts): Promise<void> {
  const { consumer, assignment, delivery, inputOf, transform, sender, bounds, backoff, events } = parts;

  assignment.settle();
  const records = await poll(parts, () => pollBatch(consumer, bounds));
  if (records.length === 0) return;

  const started = performance.now();
  try {
    const processed = transformBatch(records, inputOf, transform);
    const tally = await sender.send(delivery, processed);
    checkBooks(tally);
    await delivery.commit(nextOffsets(records));
    events.committed(tally, performance.now() - started);
    backoff.reset();
  } catch (error) {
    await recover(parts, error, records);
  }
}

/** A poll that fails says nothing about records: none were read. */
async function poll(
  { backoff, events, stop }: ProcessorParts,
  read: () => Promise<InputRecord[]>,
): Promise<InputRecord[]> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof KafkaFailure)) throw error;
    if (error.kind === 'denied') {
      throw new Fatal(
        `${error.message}. Give this user the right to read the inputs and to use the consumer group.`,
      );
    }
    if (error.kind === 'fenced') {
      throw new Fatal(`${error.message}. Another worker runs under the same consumer.instance_id.`);
    }
    const retryMs = backoff.next();
    events.pollFailed(error.message, retryMs);
    await pause(retryMs, stop);
    return [];
  }
}

/**
 * Undoes a batch that failed, until that has worked: drops what was sent, or the whole producer, and puts reading back.
 * Whatever fails on the way is the next thing to recover from. When the worker shall stop, nothing need be undone: what
 * is not committed is read again by whoever comes next.
 */
async function recover(
  parts: ProcessorParts,
  failure: unknown,
  records: readonly InputRecord[],
): Promise<void> {
  const { consumer, assignment, delivery, backoff, retryElapsedMsMax, events, stop } = parts;
  let cause = failure;
  while (!stop.aborted) {
    const retryMs = backoff.next();
    if (cause instanceof Fenced) events.producerReplaced(cause.message, retryMs);
    else if (cause instanceof AbortBatch || cause instanceof KafkaFailure)
      events.aborted(cause.message, retryMs);
    else throw cause;
    if (retryElapsedMsMax > 0 && backoff.elapsedMs() > retryElapsedMsMax) {
      throw new Fatal(
        `Gave up after retry.max_elapsed_ms (${retryElapsedMsMax} ms): ${(cause as Error).message}`,
      );
    }
    await pause(retryMs, stop);
    try {
      await delivery.abort();
      await delivery.open();
      await rewind(consumer, assignment, records);
      return;
    } catch (next) {
      cause = next;
    }
  }
}

async function openDelivery({ delivery, backoff, events, stop }: ProcessorParts): Promise<void> {
  while (!stop.aborted) {
    try {
      return await delivery.open();
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
