import type { Config } from '../config/schema.js';

/** What `producer.partitioner` says. */
export type Partitioner = Config['producer']['partitioner'];

/**
 * Chooses the partition of a key, as librdkafka does by itself for messages that say none (`rd_kafka_msg_partitioner_*` in
 * rdkafka_msg.c): whoever joins topics by partition must find a key in the same one, whichever way its rows are written.
 *
 * @param count partitions of the topic.
 * @returns null where any partition is right.
 */
export type ChoosePartition = (key: Buffer | null, count: number) => number | null;

const NO_KEY = Buffer.alloc(0);

export const PARTITIONERS: Record<Partitioner, ChoosePartition> = {
  consistent: (key, count) => crc32(key ?? NO_KEY) % count,
  // This one takes an empty key for none.
  'consistent-random': (key, count) => (key === null || key.length === 0 ? null : crc32(key) % count),
  murmur2: (key, count) => murmur2Partition(key ?? NO_KEY, count),
  'murmur2-random': (key, count) => (key === null ? null : murmur2Partition(key, count)),
  fnv1a: (key, count) => fnv1aPartition(key ?? NO_KEY, count),
  'fnv1a-random': (key, count) => (key === null ? null : fnv1aPartition(key, count)),
};

/** CRC-32 of zlib, which takes longer to be called than a key takes here. */
function crc32(key: Buffer): number {
  let crc = -1;
  for (let at = 0; at < key.length; at++)
    crc = (CRC_TABLE[(crc ^ (key[at] as number)) & 0xff] as number) ^ (crc >>> 8);
  return ~crc >>> 0;
}

const CRC_TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  return crc;
});

/** Without the sign bit, as Java's client takes it. */
function murmur2Partition(key: Buffer, count: number): number {
  return (murmur2(key) & 0x7fffffff) % count;
}

/** The absolute value, as Sarama takes it. */
function fnv1aPartition(key: Buffer, count: number): number {
  return Math.abs(fnv1a(key)) % count;
}

/** MurmurHash2 of 32 bits with the seed of Kafka's clients. */
function murmur2(key: Buffer): number {
  const wholeBytes = key.length & ~3;
  let hash = 0x9747b28c ^ key.length;
  for (let at = 0; at < wholeBytes; at += 4) {
    hash = Math.imul(hash, MIX) ^ mixed(key.readInt32LE(at));
  }
  if (wholeBytes < key.length) {
    for (let at = key.length - 1; at >= wholeBytes; at--)
      hash ^= (key[at] as number) << (8 * (at - wholeBytes));
    hash = Math.imul(hash, MIX);
  }
  hash = Math.imul(hash ^ (hash >>> 13), MIX);
  return hash ^ (hash >>> 15);
}

const MIX = 0x5bd1e995;

function mixed(word: number): number {
  const once = Math.imul(word, MIX);
  return Math.imul(once ^ (once >>> 24), MIX);
}

/** FNV-1a of 32 bits, as a signed number. */
function fnv1a(key: Buffer): number {
  let hash = 0x811c9dc5 | 0;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ (key[at] as number), 0x01000193);
  return hash;
}
