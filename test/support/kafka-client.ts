import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import confluent from '@confluentinc/kafka-javascript';

// Everything here speaks to Kafka through the low-level client, apart from the code under test.

const { RdKafka } = confluent;
const { ERRORS } = RdKafka.CODES;
type Consumer = confluent.RdKafka.KafkaConsumer;
type Producer = confluent.RdKafka.Producer;
type Admin = confluent.RdKafka.IAdminClient;
/** librdkafka properties. */
export type ClientOptions = Record<string, string | number | boolean>;

const TIMEOUT_MS = 30_000;
const POLL_INTERVAL_MS = 20;

export type IsolationLevel = 'read_committed' | 'read_uncommitted';

export interface TestRecord {
  topic: string;
  /** Default when producing: by the client's partitioner. */
  partition?: number;
  key?: Buffer | string | null;
  value: Buffer | string | null;
  /** Default when producing: now. */
  timestampMs?: number;
  headers?: Record<string, Buffer | string>;
}

export interface ReadRecord {
  topic: string;
  partition: number;
  offset: number;
  key: Buffer | null;
  value: Buffer | null;
  /** In the order of the record; a name can occur more than once. */
  headers: [name: string, value: Buffer][];
}

export interface TopicOptions {
  partitions?: number;
  replicationFactor?: number;
  /** Topic settings, for example `max.message.bytes`. */
  config?: Record<string, string>;
}

/** Creates a topic and resolves when clients can see all its partitions. */
export async function createTopic(brokers: string, topic: string, options: TopicOptions = {}): Promise<void> {
  const partitions = options.partitions ?? 1;
  await withAdmin(brokers, async admin => {
    await call(done =>
      admin.createTopic(
        {
          topic,
          num_partitions: partitions,
          replication_factor: options.replicationFactor ?? 1,
          config: options.config ?? {},
        },
        TIMEOUT_MS,
        done,
      ),
    );
    // Brokers learn of a new topic shortly after the controller has answered.
    const seen = async () => {
      const [described] = await call<confluent.RdKafka.TopicDescription[]>(done =>
        admin.describeTopics([topic], { timeout: TIMEOUT_MS }, done),
      );
      return described?.partitions.filter(partition => partition.leader).length === partitions;
    };
    while (!(await seen())) await delay(POLL_INTERVAL_MS);
  });
}

/** Resolves when no broker knows the topic any more, so that it can be recreated. */
export async function deleteTopic(brokers: string, topic: string): Promise<void> {
  await withAdmin(brokers, async admin => {
    await call(done => admin.deleteTopic(topic, TIMEOUT_MS, done));
    const seen = async () =>
      (await call<string[]>(done => admin.listTopics({ timeout: TIMEOUT_MS }, done)))?.includes(topic);
    while (await seen()) await delay(POLL_INTERVAL_MS);
  });
}

/** Resolves when the topic has so many partitions in all. */
export async function addPartitions(brokers: string, topic: string, count: number): Promise<void> {
  await withAdmin(brokers, admin =>
    call<unknown>(done => admin.createPartitions(topic, count, TIMEOUT_MS, done)),
  );
  while ((await describePartitions(brokers, topic)).filter(({ leader }) => leader !== null).length < count)
    await delay(POLL_INTERVAL_MS);
}

/** Sends records in order and resolves when the broker has acknowledged every one. */
export async function produce(
  brokers: string,
  records: Iterable<TestRecord>,
  options: ClientOptions = {},
): Promise<void> {
  const producer = new RdKafka.Producer({
    'bootstrap.servers': brokers,
    'enable.idempotence': true,
    dr_cb: true,
    ...options,
  });
  await call(done => producer.connect({ timeout: TIMEOUT_MS }, done));
  try {
    let refused: unknown;
    producer.on('delivery-report', error => {
      refused ??= error;
    });
    producer.setPollInterval(POLL_INTERVAL_MS);
    for (const record of records) await produceOne(producer, record);
    await call(done => producer.flush(TIMEOUT_MS, done));
    producer.poll();
    if (refused) throw refused;
  } finally {
    await call(done => producer.disconnect(TIMEOUT_MS, done));
  }
}

/**
 * Sends records in a transaction that is committed or aborted, or that stays open until the returned function commits it.
 */
export async function produceInTransaction(
  brokers: string,
  records: Iterable<TestRecord>,
  end: 'commit' | 'abort' | 'later',
): Promise<() => Promise<void>> {
  const producer = new RdKafka.Producer({
    'bootstrap.servers': brokers,
    'transactional.id': `test-${randomUUID()}`,
  });
  await call(done => producer.connect({ timeout: TIMEOUT_MS }, done));
  producer.setPollInterval(POLL_INTERVAL_MS);
  await call(done => producer.initTransactions(TIMEOUT_MS, done));
  await call(done => producer.beginTransaction(done));
  for (const record of records) await produceOne(producer, record);
  await call(done => producer.flush(TIMEOUT_MS, done));
  if (end === 'abort') await call(done => producer.abortTransaction(TIMEOUT_MS, done));
  const commit = async () => {
    await call(done => producer.commitTransaction(TIMEOUT_MS, done));
    await call(done => producer.disconnect(TIMEOUT_MS, done));
  };
  if (end === 'later') return commit;
  if (end === 'commit') await commit();
  else await call(done => producer.disconnect(TIMEOUT_MS, done));
  return async () => undefined;
}

async function produceOne(producer: Producer, record: TestRecord): Promise<void> {
  const { topic, partition, key, value, timestampMs, headers } = record;
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  const listed = Object.entries(headers ?? {}).map(([name, content]) => ({ [name]: content }));
  for (;;) {
    try {
      producer.produce(topic, partition ?? null, bytes, key, timestampMs, undefined, listed);
      return;
    } catch (error) {
      if ((error as { code?: number }).code !== ERRORS.ERR__QUEUE_FULL) throw error;
      await delay(POLL_INTERVAL_MS);
    }
  }
}

/**
 * All records of the topics from the first offset to the end: the last stable offset with `read_committed`, the
 * high watermark with `read_uncommitted`. In offset order within each partition.
 */
export async function readAll(
  brokers: string,
  topics: string | readonly string[],
  isolation: IsolationLevel = 'read_committed',
  options: ClientOptions = {},
): Promise<ReadRecord[]> {
  const records: ReadRecord[] = [];
  await visitAll(brokers, topics, record => records.push(record), isolation, options);
  return records;
}

/** As `readAll`, for more records than fit into memory: each is visited once. */
export async function visitAll(
  brokers: string,
  topics: string | readonly string[],
  visit: (record: ReadRecord) => void,
  isolation: IsolationLevel = 'read_committed',
  options: ClientOptions = {},
): Promise<void> {
  const consumerOptions = {
    'bootstrap.servers': brokers,
    'group.id': `reader-${randomUUID()}`,
    'enable.partition.eof': true,
    'isolation.level': isolation,
    ...options,
  };
  return withConsumer(consumerOptions, async consumer => {
    const partitions = await Promise.all([topics].flat().map(topic => partitionsOf(consumer, topic)));
    await readToEnd(consumer, partitions.flat(), visit);
  });
}

const COORDINATOR_STARTING = new Set<number | undefined>([
  ERRORS.ERR_COORDINATOR_LOAD_IN_PROGRESS,
  ERRORS.ERR_COORDINATOR_NOT_AVAILABLE,
  ERRORS.ERR_NOT_COORDINATOR,
]);

/**
 * A passing state of a fresh broker. Readers by assignment meet it too: the client looks for the coordinator of their
 * group without need.
 */
function isCoordinatorStarting(error: unknown): boolean {
  return COORDINATOR_STARTING.has((error as { code?: number }).code);
}

async function readToEnd(
  consumer: Consumer,
  partitions: confluent.RdKafka.TopicPartition[],
  visit: (record: ReadRecord) => void,
): Promise<void> {
  const unfinished = new Set<string>();
  const nextOffsets = new Map<string, number>();
  const nameOf = ({ topic, partition }: confluent.RdKafka.TopicPartition) => `${topic}/${partition}`;
  consumer.on('partition.eof', eof => unfinished.delete(nameOf(eof)));
  consumer.setDefaultConsumeTimeout(100);
  const goOn = () => {
    for (const partition of partitions) unfinished.add(nameOf(partition));
    consumer.assign(
      partitions.map(partition => {
        const offset = nextOffsets.get(nameOf(partition));
        return offset === undefined ? partition : { ...partition, offset };
      }),
    );
  };

  goOn();
  while (unfinished.size > 0) {
    try {
      const messages = await call<confluent.RdKafka.Message[]>(done => consumer.consume(1000, done));
      for (const message of messages) {
        nextOffsets.set(nameOf(message), message.offset + 1);
        visit(toReadRecord(message));
      }
    } catch (error) {
      if (!isCoordinatorStarting(error)) throw error;
      // The client drops the end-of-partition events that it held when it met the error.
      goOn();
    }
  }
}

function toReadRecord(message: confluent.RdKafka.Message): ReadRecord {
  const { topic, partition, offset, key, value, headers } = message;
  return {
    topic,
    partition,
    offset,
    key: key === null || key === undefined ? null : Buffer.from(key),
    value,
    headers: (headers ?? []).flatMap(header =>
      Object.entries(header).map(([name, content]): [string, Buffer] => [name, Buffer.from(content)]),
    ),
  };
}

async function partitionsOf(consumer: Consumer, topic: string): Promise<confluent.RdKafka.TopicPartition[]> {
  const found = await metadataOf(consumer, topic);
  if (found.length === 0) throw new Error(`Topic ${topic} does not exist`);
  return found.map(({ id }) => ({ topic, partition: id }));
}

/** The partitions of a topic as brokers tell of them; none when there is no such topic. */
async function metadataOf(consumer: Consumer, topic: string): Promise<confluent.RdKafka.PartitionMetadata[]> {
  const { topics } = await call<confluent.RdKafka.Metadata>(done =>
    consumer.getMetadata({ topic, timeout: TIMEOUT_MS }, done),
  );
  return topics.find(({ name }) => name === topic)?.partitions ?? [];
}

export interface PartitionState {
  partition: number;
  /** Broker id; null when there is none now. */
  leader: number | null;
  inSyncCount: number;
}

/**
 * Who leads each partition, and how many replicas are in sync.
 * By the metadata of a consumer: an admin client that asks while a broker is away keeps more than a core busy until it is
 * answered, and that core is what the broker needs to come back.
 */
export async function describePartitions(brokers: string, topic: string): Promise<PartitionState[]> {
  return withConsumer({ 'bootstrap.servers': brokers, 'group.id': 'describe' }, async consumer => {
    const partitions = await metadataOf(consumer, topic);
    return partitions.map(({ id, leader, isrs }) => ({
      partition: id,
      leader: leader >= 0 ? leader : null,
      inSyncCount: isrs.length,
    }));
  });
}

/** Where the next read of each partition starts after everything there now: its end, by partition. */
export async function endOffsets(
  brokers: string,
  topic: string,
  isolation: IsolationLevel = 'read_committed',
): Promise<Map<number, number>> {
  return listedOffsets(brokers, topic, RdKafka.OffsetSpec.LATEST, isolation);
}

/** The first offset of each partition that the brokers still keep, by partition. */
export async function beginOffsets(brokers: string, topic: string): Promise<Map<number, number>> {
  return listedOffsets(brokers, topic, RdKafka.OffsetSpec.EARLIEST, 'read_committed');
}

async function listedOffsets(
  brokers: string,
  topic: string,
  offset: confluent.RdKafka.OffsetSpec,
  isolation: IsolationLevel,
): Promise<Map<number, number>> {
  return withAdmin(brokers, async admin => {
    const [described] = await call<confluent.RdKafka.TopicDescription[]>(done =>
      admin.describeTopics([topic], { timeout: TIMEOUT_MS }, done),
    );
    const partitions = described?.partitions.map(({ partition }) => partition) ?? [];
    const results = await call<confluent.RdKafka.ListOffsetsResult[]>(done =>
      admin.listOffsets(
        partitions.map(partition => ({ topic, partition, offset })),
        { timeout: TIMEOUT_MS, isolationLevel: RdKafka.IsolationLevel[ISOLATION_ENUM[isolation]] },
        done,
      ),
    );
    return new Map(results.map(({ partition, offset }) => [partition, offset]));
  });
}

/** How many members a consumer group has, with those that wait to be answered when they join. */
export async function memberCount(brokers: string, groupId: string): Promise<number> {
  return withAdmin(brokers, async admin => {
    const { groups } = await call<confluent.RdKafka.GroupDescriptions>(done =>
      admin.describeGroups([groupId], { timeout: TIMEOUT_MS }, done),
    );
    return groups[0]?.members.length ?? 0;
  });
}

/** Deletes what retention would: all records of a partition before an offset. */
export async function deleteRecordsBefore(
  brokers: string,
  before: { topic: string; partition: number; offset: number },
): Promise<void> {
  await withAdmin(brokers, admin =>
    call<unknown>(done =>
      admin.deleteRecords([before], { timeout: TIMEOUT_MS, operationTimeout: TIMEOUT_MS }, done),
    ),
  );
}

const ISOLATION_ENUM = { read_committed: 'READ_COMMITTED', read_uncommitted: 'READ_UNCOMMITTED' } as const;

/** The next offsets that a group has committed on a topic, by partition; a partition without one is left out. */
export async function committedOffsets(
  brokers: string,
  groupId: string,
  topic: string,
): Promise<Map<number, number>> {
  // The admin client's call for this ends the whole process when it meets a coordinator that is still loading.
  return withConsumer({ 'bootstrap.servers': brokers, 'group.id': groupId }, async consumer => {
    const partitions = await partitionsOf(consumer, topic);
    for (;;) {
      try {
        const committed = await call<confluent.RdKafka.TopicPartitionOffset[]>(done =>
          consumer.committed(partitions, TIMEOUT_MS, done),
        );
        return new Map(
          committed.filter(({ offset }) => offset >= 0).map(({ partition, offset }) => [partition, offset]),
        );
      } catch (error) {
        if (!isCoordinatorStarting(error)) throw error;
        await delay(POLL_INTERVAL_MS);
      }
    }
  });
}

async function withConsumer<T>(options: ClientOptions, use: (consumer: Consumer) => Promise<T>): Promise<T> {
  const consumer = new RdKafka.KafkaConsumer(
    { 'enable.auto.commit': false, ...options },
    { 'auto.offset.reset': 'earliest' },
  );
  await call(done => consumer.connect({ timeout: TIMEOUT_MS }, done));
  try {
    return await use(consumer);
  } finally {
    await call(done => consumer.disconnect(done));
  }
}

async function withAdmin<T>(brokers: string, use: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = RdKafka.AdminClient.create({ 'bootstrap.servers': brokers });
  try {
    return await use(admin);
  } finally {
    admin.disconnect();
  }
}

/** A call of the client that ends in a callback, as a promise. */
function call<T = void>(start: (done: (error: unknown, result?: unknown) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, result) => (error ? reject(error) : resolve(result as T)));
  });
}
