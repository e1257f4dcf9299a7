import { setTimeout as sleep } from 'node:timers/promises';
import confluent from '@confluentinc/kafka-javascript';
import type { Sample } from './progress.js';

const { RdKafka } = confluent;
type TopicPartition = confluent.RdKafka.TopicPartition;

const INTERVAL_MS = 250;
/** A look that takes longer brings no sample: brokers are away, and nothing is known. */
const LOOK_TIMEOUT_MS = 2_000;
const AFTER_FAILED_LOOK_MS = 1_000;
const CONNECT_TIMEOUT_MS = 60_000;

export interface WatchOptions {
  brokers: string;
  group: string;
  inputs: readonly string[];
  inputPartitions: number;
  outputs: readonly string[];
  outputPartitions: number;
  /** Records written so far, by input topic and there by partition. */
  written(): ReadonlyMap<string, readonly number[]>;
}

/** Follows what the workers commit and what readers of the output can see. */
export interface Watch {
  readonly samples: readonly Sample[];
  /** The newest committed offset of each input partition, all inputs one after the other. */
  committed(): readonly number[];
  stop(): Promise<void>;
}

export async function startWatch(options: WatchOptions): Promise<Watch> {
  const { brokers, group, inputs, inputPartitions, outputs, outputPartitions, written } = options;
  const inputAll = partitionsOf(inputs, inputPartitions);
  const outputAll = partitionsOf(outputs, outputPartitions);
  const client = { 'bootstrap.servers': brokers, 'reconnect.backoff.max.ms': 500 };
  // Not read_committed: it would be made to wait for transactions that are open, and here they may be for long.
  const consumer = new RdKafka.KafkaConsumer(
    { ...client, 'group.id': group, 'isolation.level': 'read_uncommitted', 'enable.auto.commit': false },
    {},
  );
  consumer.on('event.error', () => undefined); // brokers go away here all the time
  await new Promise<void>((resolve, reject) => {
    consumer.connect({ timeout: CONNECT_TIMEOUT_MS }, error => (error ? reject(error) : resolve()));
  });
  let admin = RdKafka.AdminClient.create(client);
  // A client that asked a broker which then vanished keeps more than a core busy until it is closed, and that core is what
  // the broker needs to come back: so it is closed at once, and asks again later than usual.
  const renewAdmin = () => {
    admin.disconnect();
    admin = RdKafka.AdminClient.create(client);
  };

  const samples: Sample[] = [];
  let committed: readonly number[] = inputAll.map(() => 0);
  const look = async (): Promise<void> => {
    const ends = inputs.flatMap(input => [...(written().get(input) ?? [])]);
    const [answers, stable, high] = await Promise.all([
      committedOf(consumer, inputAll),
      endsOf(admin, outputAll, RdKafka.IsolationLevel.READ_COMMITTED),
      endsOf(admin, outputAll, RdKafka.IsolationLevel.READ_UNCOMMITTED),
    ]);
    // An old coordinator that was paused can answer with what was true before.
    committed = committed.map((before, index) => Math.max(before, answers[index] ?? 0));
    samples.push({ at: performance.now(), committed, ends, stable, high });
  };
  let stopping = false;
  const follow = async () => {
    while (!stopping) {
      try {
        await look();
        await sleep(INTERVAL_MS);
      } catch {
        renewAdmin();
        await sleep(AFTER_FAILED_LOOK_MS);
      }
    }
  };
  const following = follow();
  return {
    samples,
    committed: () => committed,
    stop: async () => {
      stopping = true;
      await following;
      admin.disconnect();
      await new Promise(resolve => consumer.disconnect(resolve));
    },
  };
}

function partitionsOf(topics: readonly string[], count: number): TopicPartition[] {
  return topics.flatMap(topic => Array.from({ length: count }, (_, partition) => ({ topic, partition })));
}

function committedOf(
  consumer: confluent.RdKafka.KafkaConsumer,
  partitions: TopicPartition[],
): Promise<number[]> {
  return new Promise((resolve, reject) => {
    consumer.committed(partitions, LOOK_TIMEOUT_MS, (error, found) => {
      if (error) reject(error);
      else resolve(inOrder(partitions, found));
    });
  });
}

function endsOf(
  admin: confluent.RdKafka.IAdminClient,
  partitions: TopicPartition[],
  isolationLevel: confluent.RdKafka.IsolationLevel,
): Promise<number[]> {
  const wanted = partitions.map(at => ({ ...at, offset: RdKafka.OffsetSpec.LATEST }));
  return new Promise((resolve, reject) => {
    admin.listOffsets(wanted, { timeout: LOOK_TIMEOUT_MS, isolationLevel }, (error, found) => {
      if (error) reject(error);
      else resolve(inOrder(partitions, found));
    });
  });
}

/** Answers come in an order of their own; what has no offset yet is at 0. */
function inOrder(
  partitions: readonly TopicPartition[],
  answers: readonly (TopicPartition & { offset?: number })[],
): number[] {
  const offsets = new Map(
    answers.map(({ topic, partition, offset }) => [`${topic}/${partition}`, offset ?? 0]),
  );
  return partitions.map(({ topic, partition }) => Math.max(0, offsets.get(`${topic}/${partition}`) ?? 0));
}
