import { AbortBatch, Fatal } from '../../errors.js';
import { KafkaFailure } from '../../kafka/failure.js';
import { partitionName } from '../../kafka/names.js';
import type { AssignedConsumer, InputRecord, KafkaAdmin, TopicReader } from '../../kafka/ports.js';
import { type LetterFilter, letterOf, matches } from './letter.js';
import { readRecord } from './read-record.js';

/** The records of letters that could not hold them. */
export interface LetterSources {
  /** The letters of `consumer`, with their records kept beside them until they are asked for. */
  beside(consumer: AssignedConsumer): AssignedConsumer;
  /**
   * The record of a letter that was polled; `null` when it is gone.
   * @throws AbortBatch, Fatal when nobody could tell: the letter is not done then.
   */
  of(letter: InputRecord): InputRecord | null | undefined;
  close(): Promise<void>;
}

/**
 * Finds the records of letters without value.
 *
 * They are looked for while polling, since a transaction must not wait for them. That this failed is told when the letter
 * is to be sent: a poll that fails undoes nothing, so its letters would be passed over for good.
 *
 * @param options.connect called once a record has to be read, and again after a failure: a client may have more to tell of it.
 * @param options.bytesMax how much may be kept; it may be exceeded by one record.
 */
export function letterSources(options: {
  admin: Pick<KafkaAdmin, 'describeTopic'>;
  connect: () => Promise<TopicReader>;
  filter: LetterFilter;
  bytesMax: number;
  waitMaxMs?: number;
}): LetterSources {
  const { admin, connect, filter, bytesMax, waitMaxMs } = options;
  const found = new Map<string, InputRecord | KafkaFailure | null>();
  let reader: TopicReader | null = null;
  const nameOf = (letter: InputRecord) => `${partitionName(letter)}@${letter.offset}`;

  const close = async (): Promise<void> => {
    const open = reader;
    reader = null;
    await open?.disconnect();
  };
  const find = async (record: InputRecord): Promise<void> => {
    const letter = letterOf(record);
    if (letter === null || letter.leftOut === null || !letter.itemsListed || !matches(letter, filter)) return;
    try {
      reader ??= await connect();
      found.set(nameOf(record), await readRecord(admin, reader, letter.source, waitMaxMs));
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
        const letters = await consumer.poll(Math.min(recordsMax, 1), timeoutMs);
        for (const letter of letters) await find(letter);
        return letters;
      },
      // After a failure the letters are polled, and their records looked for, once more.
      seek: async position => {
        found.clear();
        await consumer.seek(position);
      },
      begin: positions => {
        found.clear();
        consumer.begin(positions);
      },
    }),
    of: letter => {
      const source = found.get(nameOf(letter));
      found.delete(nameOf(letter));
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
