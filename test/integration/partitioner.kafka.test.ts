import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { defaultConfig } from '../../src/config/schema.js';
import { producerOptions } from '../../src/kafka/client-options.js';
import { connectProducer } from '../../src/kafka/confluent/producer.js';
import { PARTITIONERS } from '../../src/kafka/partitioner.js';
import { testBroker, uniqueName } from '../support/broker.js';
import { createTopic, readAll } from '../support/kafka-client.js';

// Other programs write to the same topics, and readers join by partition: which partition a key goes to is a contract.

const PARTITIONS = 7;
const KEYS = [
  'checkout',
  'cart',
  '5b8efff798038103d269b633813fc60c',
  'kafka',
  '1234',
  'ü',
  'a',
  'ab',
  'abc',
  'x'.repeat(300),
];

/** murmur2 as the Java client has it (`Utils.murmur2`), written from its definition with 32-bit arithmetic. */
function murmur2(key: Buffer): number {
  const m = 0x5bd1e995;
  let h = 0x9747b28c ^ key.length;
  let at = 0;
  for (; key.length - at >= 4; at += 4) {
    let k = Math.imul(key.readInt32LE(at), m);
    k = Math.imul(k ^ (k >>> 24), m);
    h = Math.imul(h, m) ^ k;
  }
  const tail = key.subarray(at);
  for (let index = tail.length - 1; index >= 0; index -= 1) h ^= (tail[index] ?? 0) << (8 * index);
  if (tail.length > 0) h = Math.imul(h, m);
  h = Math.imul(h ^ (h >>> 13), m);
  return h ^ (h >>> 15);
}

/** FNV-1a of 32 bits. */
function fnv1a(key: Buffer): number {
  let h = 0x811c9dc5;
  for (const byte of key) h = Math.imul(h ^ byte, 0x01000193);
  return h | 0;
}

/** The partition of a key by each hash: Java's client, Sarama's hash partitioner, librdkafka's own. */
const PARTITION_OF = {
  // Java takes the sign away, not the absolute value.
  murmur2: key => (murmur2(key) & 0x7fffffff) % PARTITIONS,
  fnv1a: key => Math.abs(fnv1a(key)) % PARTITIONS,
  consistent: key => crc32(key) % PARTITIONS,
} satisfies Record<string, (key: Buffer) => number>;

type Partitioner = ReturnType<typeof defaultConfig>['producer']['partitioner'];

/** Sends a message under each key and returns where each went, in the order of the keys. */
async function partitionsOf(partitioner: Partitioner, keys: (Buffer | null)[]): Promise<number[]> {
  const topic = uniqueName('partitioned');
  await createTopic(testBroker(), topic, { partitions: PARTITIONS });
  const config = defaultConfig();
  config.delivery = 'at_least_once';
  config.kafka.brokers = testBroker().split(',');
  Object.assign(config.producer, { partitioner });
  const quiet = {
    brokersAway: () => undefined,
    connected: () => undefined,
    connectionError: () => undefined,
  };
  const producer = await connectProducer(producerOptions(config, 'test'), {
    client: 'producer',
    events: quiet,
    deliveryReports: true,
  });
  for (const [index, key] of keys.entries()) producer.send(topic, key, Buffer.from(String(index)));
  while (!(await producer.drain()));
  expect(producer.takeFailures().failedCount).toBe(0);
  await producer.disconnect();

  const sent = await readAll(testBroker(), topic);
  const partitionBy = new Map(sent.map(({ value, partition }) => [Number(value), partition]));
  return keys.map((_, index) => partitionBy.get(index) ?? -1);
}

describe('the hashes here are those of the clients that they are named for', () => {
  test.each([
    // Kafka's own UtilsTest.testMurmur2
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('murmur2 of %s', (key, hash) => {
    expect(murmur2(Buffer.from(key))).toBe(hash);
  });

  test.each([
    // The FNV reference test vectors
    ['', 0x811c9dc5],
    ['a', 0xe40c292c],
    ['foobar', 0xbf9cf968],
  ])('FNV-1a of "%s"', (key, hash) => {
    expect(fnv1a(Buffer.from(key)) >>> 0).toBe(hash);
  });
});

describe.each(['consistent', 'murmur2', 'fnv1a'] as const)('%s', hash => {
  const keys = KEYS.map(key => Buffer.from(key));
  const expected = keys.map(key => PARTITION_OF[hash](key));

  test('sends a key where the other client would, and no key where the hash of nothing is', async () => {
    const sent = await partitionsOf(hash, [...keys, null]);
    expect(sent.slice(0, -1)).toEqual(expected);
    expect(sent.at(-1)).toBe(PARTITIONERS[hash](null, PARTITIONS));
  });

  test('is what the worker computes for messages of many rows, which have no key', () => {
    expect(keys.map(key => PARTITIONERS[hash](key, PARTITIONS))).toEqual(expected);
    expect(keys.map(key => PARTITIONERS[`${hash}-random`](key, PARTITIONS))).toEqual(expected);
  });

  test('-random: the same for a key, and any partition without one', async () => {
    const nulls = Array.from({ length: 200 }, () => null);
    const partitions = await partitionsOf(`${hash}-random`, [...keys, ...nulls]);

    expect(partitions.slice(0, keys.length)).toEqual(expected);
    expect(partitions.slice(keys.length).every(partition => partition >= 0 && partition < PARTITIONS)).toBe(
      true,
    );
  });
});
