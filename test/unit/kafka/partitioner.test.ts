import { describe, expect, test } from 'vitest';
import { PARTITIONERS, type Partitioner } from '../../../src/kafka/partitioner.js';

/** So many that a partition tells the hash. */
const COUNT = 2 ** 31 - 1;

describe('a key goes where its hash says', () => {
  test.each([
    // Kafka's own UtilsTest.testMurmur2, without the sign bit
    ['murmur2', '21', -973932308 & 0x7fffffff],
    ['murmur2', 'foobar', -790332482 & 0x7fffffff],
    ['murmur2', 'a-little-bit-long-string', -985981536 & 0x7fffffff],
    ['murmur2', 'a-little-bit-longer-string', -1486304829 & 0x7fffffff],
    ['murmur2', 'lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971 & 0x7fffffff],
    ['murmur2', 'abc', 479470107],
    // The FNV reference test vectors, their absolute value as signed numbers
    ['fnv1a', 'a', 0x1_0000_0000 - 0xe40c292c],
    ['fnv1a', 'foobar', 0x1_0000_0000 - 0xbf9cf968],
    // The check value of CRC-32
    ['consistent', '123456789', 0xcbf43926],
  ] as const)('%s of %s', (name, key, hash) => {
    for (const count of [COUNT, 7, 12]) {
      expect(PARTITIONERS[name](Buffer.from(key), count)).toBe(hash % count);
      expect(PARTITIONERS[`${name}-random`](Buffer.from(key), count)).toBe(hash % count);
    }
  });

  test('whatever its bytes and length', () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    for (const choose of Object.values(PARTITIONERS)) {
      for (let length = 1; length <= 256; length++) {
        const partition = choose(bytes.subarray(256 - length), 12);
        expect(partition).toBeGreaterThanOrEqual(0);
        expect(partition).toBeLessThan(12);
      }
    }
  });
});

describe('without a key', () => {
  test.each(['consistent-random', 'murmur2-random', 'fnv1a-random'] as const)(
    '%s leaves the choice',
    name => {
      expect(PARTITIONERS[name](null, 5)).toBeNull();
    },
  );

  test.each([
    ['consistent', 0],
    ['murmur2', 275646681 % 5],
    ['fnv1a', (0x1_0000_0000 - 0x811c9dc5) % 5],
  ] as [Partitioner, number][])('%s takes the hash of nothing', (name, partition) => {
    expect(PARTITIONERS[name](null, 5)).toBe(partition);
    expect(PARTITIONERS[name](Buffer.alloc(0), 5)).toBe(partition);
  });
});
