import { reads } from '../../config/input-topic.js';
import type { Input } from '../../config/inputs.js';
import type { Config } from '../../config/schema.js';
import { Fatal, InputInvalid } from '../../errors.js';
import { adminOptions, readerOptions } from '../../kafka/client-options.js';
import { SILENT } from '../../kafka/connection.js';
import { KafkaFailure } from '../../kafka/failure.js';
import { recordName } from '../../kafka/names.js';
import type { OffsetRange } from '../../kafka/offset-range.js';
import type { InputRecord, KafkaAdmin, KafkaClients, TopicInfo, TopicPartition } from '../../kafka/ports.js';
import { readRanges } from '../../kafka/read-ranges.js';
import { findTopic } from '../../kafka/topics.js';
import { stopOnInterrupt } from '../stop-on-interrupt.js';
import type { ReadingOptions, RecordSource } from './record-source.js';

const CONNECT_WAIT_MS = 30_000;
const STALL_MS = 30_000;

/** Which records of a topic are looked at. */
export interface TopicRecords {
  topic: string;
  /** One record, as `partition:offset`. */
  at?: string;
  /** The newest, so many at most. */
  records: number;
}

/** What a topic holds now, and a way to read some of it. */
export interface OpenTopic {
  /** Reads some at a time, so that they need not all be in memory. @returns how many records there were. */
  read(onRecord: (source: RecordSource) => void | Promise<void>): Promise<number>;
  /** How many partitions another topic has; null of one that is not there. */
  partitionCount(topic: string): Promise<number | null>;
}

/**
 * Reads committed records of a topic, as someone who joins no group and commits nothing.
 *
 * @returns what `work` returns; null when it was interrupted, which the exit code says.
 * @throws InputInvalid for what is not there. @throws Fatal when brokers do not allow it.
 */
export async function withTopic<T>(
  config: Config,
  kafka: KafkaClients,
  wanted: TopicRecords,
  options: ReadingOptions,
  work: (topic: OpenTopic) => Promise<T>,
): Promise<T | null> {
  const at = wanted.at === undefined ? null : placeOf(wanted.at);
  const signal = stopOnInterrupt();
  try {
    const connect = { client: 'reader', events: SILENT, signal, waitMaxMs: CONNECT_WAIT_MS };
    const reader = await kafka.connectReader(readerOptions(config), connect);
    const admin = kafka.connectAdmin(adminOptions(config));
    try {
      const found = await existing(admin, wanted.topic);
      const ranges = await (at ? rangeAt(admin, found, at) : newestRanges(admin, found, wanted.records));
      const input = inputOf(config, wanted.topic, options);
      return await work({
        read: async onRecord => {
          let count = 0;
          for (const chunk of chunksOf(ranges)) {
            const records: InputRecord[] = [];
            const reading = { signal, stallMsMax: STALL_MS, onProgress: () => undefined };
            await readRanges(reader, [chunk], record => void records.push(record), reading);
            for (const record of records) await onRecord({ name: recordName(record), record, input });
            count += records.length;
            signal.throwIfAborted();
          }
          if (at && count === 0) {
            throw new InputInvalid(
              `${wanted.topic}-${at.partition} has no record at offset ${at.offset}: the end of a transaction is marked there, or the record was compacted away`,
            );
          }
          return count;
        },
        partitionCount: async topic => (await findTopic(admin, topic))?.partitions.length || null,
      });
    } finally {
      admin.disconnect();
      await reader.disconnect();
    }
  } catch (error) {
    if (signal.aborted) return null;
    throw error instanceof KafkaFailure ? new Fatal(`${error.message}.`) : error;
  }
}

/** Offsets that are read at once. */
const CHUNK_OFFSETS = 100;

function chunksOf(ranges: readonly OffsetRange[]): OffsetRange[] {
  return ranges.flatMap(range => {
    const count = Math.ceil((range.to - range.from) / CHUNK_OFFSETS);
    return Array.from({ length: count }, (_, i) => {
      const from = range.from + i * CHUNK_OFFSETS;
      return { ...range, from, to: Math.min(range.to, from + CHUNK_OFFSETS) };
    });
  });
}

function placeOf(text: string): { partition: number; offset: number } {
  const [, partition, offset] = /^(\d{1,9}):(\d{1,15})$/.exec(text) ?? [];
  if (partition === undefined) {
    throw new InputInvalid(`--at ${text} is not partition:offset, such as 3:120017`);
  }
  return { partition: Number(partition), offset: Number(offset) };
}

/** What the config says of the topic, unless the options say otherwise; a topic that is no input may hold anything. */
function inputOf({ inputs }: Config, topic: string, { signal, encoding }: ReadingOptions): Input {
  const known =
    inputs.find(input => input.topic === topic) ?? inputs.find(input => reads(input.topic, topic));
  return {
    topic,
    signal: signal === 'auto' ? (known?.signal ?? 'auto') : signal,
    encoding: encoding === 'auto' ? (known?.encoding ?? 'auto') : encoding,
    framing: known?.framing ?? 'auto',
  };
}

async function existing(admin: KafkaAdmin, topic: string): Promise<TopicInfo> {
  const found = await findTopic(admin, topic);
  if (found === null) throw new InputInvalid(`there is no topic ${topic}`);
  if (found.allowed?.includes('read') ?? true) return found;
  throw new Fatal(`This user may not read ${topic}. Give it the READ right on that topic.`);
}

interface Held extends TopicPartition {
  low: number;
  end: number;
}

async function heldBy(admin: KafkaAdmin, { topic, partitions }: TopicInfo): Promise<Held[]> {
  const named = partitions.map(({ partition }) => ({ topic, partition }));
  const [lows, ends] = await Promise.all([
    admin.offsetsAt('earliest', named),
    admin.offsetsAt('stable_end', named),
  ]);
  const offsetOf = (found: typeof lows, partition: number) =>
    found.find(at => at.partition === partition)?.offset ?? 0;
  return named.map(at => ({
    ...at,
    low: offsetOf(lows, at.partition),
    end: offsetOf(ends, at.partition),
  }));
}

async function rangeAt(
  admin: KafkaAdmin,
  found: TopicInfo,
  { partition, offset }: { partition: number; offset: number },
): Promise<OffsetRange[]> {
  const held = (await heldBy(admin, found)).find(one => one.partition === partition);
  if (!held) {
    throw new InputInvalid(
      `${found.topic} has ${found.partitions.length} partitions, and no partition ${partition}`,
    );
  }
  if (offset < held.low || offset >= held.end) {
    const holds = held.low === held.end ? 'nothing' : `offsets ${held.low} to ${held.end - 1}`;
    throw new InputInvalid(`${found.topic}-${partition} has no offset ${offset}: it holds ${holds}`);
  }
  return [{ topic: found.topic, partition, from: offset, to: offset + 1 }];
}

/** Of each partition about as many, where it has them: those of one say nothing of what others are sent. */
async function newestRanges(admin: KafkaAdmin, found: TopicInfo, count: number): Promise<OffsetRange[]> {
  const held = await heldBy(admin, found);
  const bySize = held.sort((a, b) => a.end - a.low - (b.end - b.low));
  let left = count;
  return bySize.map(({ topic, partition, low, end }, i) => {
    const share = Math.min(end - low, Math.ceil(left / (bySize.length - i)));
    left -= share;
    return { topic, partition, from: end - share, to: end };
  });
}
