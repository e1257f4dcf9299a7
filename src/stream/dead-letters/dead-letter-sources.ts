import { AbortBatch, Fatal } from '../../errors.js';
import { KafkaFailure } from '../../kafka/failure.js';
import { partitionName } from '../../kafka/names.js';
import type { AssignedConsumer, InputRecord, KafkaAdmin, TopicReader } from '../../kafka/ports.js';
import { type DeadLetterFilter, deadLetterOf, matches } from '../../messages/dead-letter-record.js';
import { readRecord } from './read-record.js';

/** Refused records that their dead-letter records could not hold. */
export interface DeadLetterSources {
  /** Those of `consumer`, with the refused records kept beside them until they are asked for. */
  beside(consumer: AssignedConsumer): AssignedConsumer;
  /**
   * The refused record of one that was polled; `null` when it is gone.
   * @throws AbortBatch, Fatal when nobody could tell: the dead-letter record is not done then.
   */
  of(deadLetter: InputRecord): InputRecord | null | undefined;
  close(): Promise<void>;
}

/**
 * Finds the refused records of dead-letter records without value.
 *
 * They are looked for while polling, since a transaction must not wait for them. That this failed is told when the
 * dead-letter record is to be sent: a poll that fails undoes nothing, so its dead-letter records would be passed over
 * for good.
 *
 * @param options.connect called once a record has to be read, and again after a failure: a client may have more to tell
 * of it.
 * @param options.bytesMax how much may be kept; it may be exceeded by one record.
 */
export function deadLetterSources(options: {
  admin: Pick<KafkaAdmin, 'describeTopic'>;
  connect: () => Promise<TopicReader>;
  filter: DeadLetterFilter;
  bytesMax: number;
  waitMaxMs?: number;
}): DeadLetterSources {
  const { admin, connect, filter, bytesMax, waitMaxMs } = options;
  const found = new Map<string, InputRecord | KafkaFailure | null>();
  let reader: TopicReader | null = null;
  const nameOf = (deadLetter: InputRecord) => `${partitionName(deadLetter)}@${deadLetter.offset}`;

  const close = async (): Promise<void> => {
    const open = reader;
    reader = null;
    await open?.disconnect();
  };
  const find = async (record: InputRecord): Promise<void> => {
    const deadLetter = deadLetterOf(record);
    if (
      deadLetter === null ||
      deadLetter.leftOut === null ||
      !deadLetter.itemsListed ||
      !matches(deadLetter, filter)
    )
      return;
    try {
      reader ??= await connect();
      found.set(nameOf(record), await readRecord(admin, reader, deadLetter.source, waitMaxMs));
    } catch (error) {
      if (!(error instanceof KafkaFailure)) throw error;
      await close().catch(() => undefined);
      found.set(nameOf(record), error.kind === 'unknown_topic' ? null : error);
    }
  };
  const keptBytes = (): number => {
    let bytes = 0;
    for (const source of found.values()) bytes += sizeOf(source);
    return bytes;
  };

  return {
    beside: consumer => ({
      ...consumer,
      poll: async (recordsMax, timeoutMs) => {
        if (keptBytes() >= bytesMax) return [];
        // One by one: what was polled cannot be given back.
        const deadLetters = await consumer.poll(Math.min(recordsMax, 1), timeoutMs);
        for (const deadLetter of deadLetters) await find(deadLetter);
        return deadLetters;
      },
      // After a failure the dead-letter records are polled, and their records looked for, once more.
      seek: async position => {
        found.clear();
        await consumer.seek(position);
      },
      begin: positions => {
        found.clear();
        consumer.begin(positions);
      },
    }),
    of: deadLetter => {
      const source = found.get(nameOf(deadLetter));
      found.delete(nameOf(deadLetter));
      if (source instanceof KafkaFailure) throw reactionTo(source);
      return source;
    },
    close,
  };
}

function sizeOf(source: InputRecord | KafkaFailure | null): number {
  return source instanceof KafkaFailure ? 0 : (source?.value?.length ?? 0);
}

function reactionTo(failure: KafkaFailure): Error {
  switch (failure.kind) {
    case 'retriable':
    case 'indefinite':
      return new AbortBatch(failure.message, { cause: failure });
    case 'denied':
      return new Fatal(
        `${failure.message}. Give this user the right to read and to describe the topics of the records.`,
      );
    default:
      return new Fatal(`${failure.message}. The dead letter of this record was not replayed.`);
  }
}
