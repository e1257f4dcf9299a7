import { setTimeout as sleep } from 'node:timers/promises';
import confluent from '@confluentinc/kafka-javascript';
import type { Random } from '../../src/demo/telemetry/random.js';
import { asProtobuf } from './as-protobuf.js';
import type { ItemsWithoutRow } from './checkers/conservation.js';
import type { ExpectedDeadLetter } from './checkers/dead-letters.js';
import { exportRequest, type ItemId, type RequestShape, type Signal } from './items.js';
import { hashOf } from './read-dead-letters.js';
import { SkippedScenario } from './scenario.js';

const TICK_MS = 50;
const POLL_INTERVAL_MS = 20;
const CONNECT_TIMEOUT_MS = 60_000;
const FLUSH_TIMEOUT_MS = 300_000;

export interface LoadOptions {
  brokers: string;
  inputs: readonly { topic: string; signal: Signal }[];
  partitions: number;
  random: Random;
  /** All inputs together. */
  recordsPerSecondMax: number;
  /** Nothing is written while so many records wait to be processed: the workers always have work, but not for long. */
  backlogMax: number;
  itemsPerRecordMax: number;
  /** Up to so many bytes of attributes that serve no other purpose. Default 300. */
  paddingBytesMax?: number;
  /** Stops by itself after so many records. Default: goes on. */
  recordsMax?: number;
  /** Makes a record of which not everything can become a row; null for one that is in order. Asked for each record. */
  spoil?: Spoil;
  /** Records of all inputs that the group has committed. */
  processedCount(): number;
}

/** @param request what the record would be otherwise. */
export type Spoil = (request: RequestShape, random: Random) => SpoiledRecord | null;

export interface SpoiledRecord {
  value: Buffer;
  /** Identities that it uses up. */
  itemCount: number;
  /** The items that cannot become rows, counted from 0; null when nothing of the record can. */
  itemIndexes: readonly number[] | null;
}

/** Writes the input while the workers read it. */
export interface Load {
  /** Items that the brokers have acknowledged: by topic, there by partition. Final after `stop`. */
  readonly items: ReadonlyMap<string, readonly number[]>;
  /** Records, likewise. */
  readonly records: ReadonlyMap<string, readonly number[]>;
  /** What the dead-letter topic must hold in the end. */
  readonly deadLetters: readonly ExpectedDeadLetter[];
  readonly itemsWithoutRow: ItemsWithoutRow;
  readonly writtenCount: number;
  /**
   * Resolves when every record is acknowledged.
   * @throws Error when one was refused. @throws SkippedScenario when one is in the input twice.
   */
  stop(): Promise<void>;
}

/** Starts writing records of new items, in order within each partition, until it is stopped. The seed decides all of them. */
export async function startLoad(options: LoadOptions): Promise<Load> {
  const { brokers, inputs, partitions, random, recordsPerSecondMax, backlogMax, itemsPerRecordMax } = options;
  const producer = new confluent.RdKafka.Producer({
    'bootstrap.servers': brokers,
    // No gaps and no reordering, whatever happens to the brokers.
    'enable.idempotence': true,
    'message.timeout.ms': FLUSH_TIMEOUT_MS,
    'reconnect.backoff.max.ms': 1000,
    'compression.codec': 'lz4',
    dr_cb: true,
  });
  producer.on('event.error', () => undefined); // brokers go away here all the time
  let refused: unknown = null;
  let writtenTwice: string | null = null;
  producer.on('delivery-report', (error, { topic, partition, offset, opaque }) => {
    refused ??= error;
    // After a broker was killed the client may begin a new epoch and write again what had been written before.
    if (!error && offset >= 0 && offset !== opaque) {
      writtenTwice ??= `record ${opaque} of ${topic}-${partition} is at offset ${offset}`;
    }
  });
  await new Promise<void>((resolve, reject) => {
    producer.connect({ timeout: CONNECT_TIMEOUT_MS }, error => (error ? reject(error) : resolve()));
  });
  producer.setPollInterval(POLL_INTERVAL_MS);

  const counters = () => new Map(inputs.map(({ topic }) => [topic, new Array<number>(partitions).fill(0)]));
  const items = counters();
  const records = counters();
  const deadLetters: ExpectedDeadLetter[] = [];
  const itemsWithoutRow = new Map<string, ItemId[]>(inputs.map(({ topic }) => [topic, []]));
  let writtenCount = 0;
  let stopping = false;

  const writeOne = () => {
    const { topic, signal } = inputs[random.integer(0, inputs.length - 1)] ?? { topic: '', signal: 'traces' };
    const partition = random.integer(0, partitions - 1);
    const itemCount = random.integer(1, itemsPerRecordMax);
    const itemsThere = items.get(topic) ?? [];
    const recordsThere = records.get(topic) ?? [];
    const sequence = itemsThere[partition] ?? 0;
    const paddingBytes = random.integer(0, options.paddingBytesMax ?? 300);
    const offset = recordsThere[partition] ?? 0;
    const request = { signal, first: { partition, sequence }, itemCount, paddingBytes };
    const spoiled = options.spoil?.(request, random) ?? null;
    const value = spoiled?.value ?? requestInEither(request, random);
    if (spoiled) {
      const { itemIndexes } = spoiled;
      deadLetters.push({ topic, partition, offset, valueHash: hashOf(value), itemIndexes });
      for (const index of itemIndexes ?? []) {
        itemsWithoutRow.get(topic)?.push({ partition, sequence: sequence + index });
      }
    }
    producer.produce(topic, partition, value, null, null, offset);
    itemsThere[partition] = sequence + (spoiled?.itemCount ?? itemCount);
    recordsThere[partition] = offset + 1;
    writtenCount += 1;
  };
  const write = async () => {
    let allowance = 0;
    let before = performance.now();
    while (!stopping) {
      const now = performance.now();
      // An allowance that was not used is not saved up.
      allowance = Math.min(
        allowance + ((now - before) * recordsPerSecondMax) / 1000,
        recordsPerSecondMax / 4,
      );
      before = now;
      while (
        allowance >= 1 &&
        writtenCount < (options.recordsMax ?? Infinity) &&
        writtenCount - options.processedCount() < backlogMax
      ) {
        writeOne();
        allowance -= 1;
      }
      await sleep(TICK_MS);
    }
  };
  const writing = write();
  return {
    items,
    records,
    deadLetters,
    itemsWithoutRow,
    get writtenCount() {
      return writtenCount;
    },
    stop: async () => {
      stopping = true;
      await writing;
      await new Promise<void>((resolve, reject) => {
        producer.flush(FLUSH_TIMEOUT_MS, error => (error ? reject(error) : resolve()));
      });
      producer.poll();
      await new Promise(resolve => producer.disconnect(5_000, resolve));
      if (refused) throw new Error(`the input could not be written: ${String(refused)}`);
      if (writtenTwice) {
        throw new SkippedScenario(
          `the input itself has records twice (${writtenTwice}), so rows that are there twice say nothing about the workers`,
        );
      }
    },
  };
}

/** Workers make rows of the two encodings by different code, so the input has both. */
export function requestInEither(request: RequestShape, random: Random): Buffer {
  const json = exportRequest(request);
  return random.chance(0.5) ? json : asProtobuf(request.signal, json);
}
