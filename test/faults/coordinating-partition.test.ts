import { expect, test } from 'vitest';
import { coordinatingPartition } from './coordinating-partition.js';

// The hash codes are those that Java gives for these strings.
test.each([
  ['', 0],
  ['a', 97],
  ['hello', 99162322],
  ['polygenelubricants', -2147483648],
])('%j is coordinated by the partition that its Java hash says', (id, hash) => {
  expect(coordinatingPartition(id, 50)).toBe((hash & 0x7fffffff) % 50);
});
