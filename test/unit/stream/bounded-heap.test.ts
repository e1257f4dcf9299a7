import { getHeapStatistics } from 'node:v8';
import { expect, test } from 'vitest';
import { takeChargeOfHeap } from '../../../src/garbage-collection.js';
import { boundedHeap } from '../../../src/stream/bounded-heap.js';

const MIB = 1024 * 1024;

test('what earlier records left behind is gone when the next large one is transformed', () => {
  takeChargeOfHeap();
  let before = 0;
  const transform = boundedHeap(() => {
    before = getHeapStatistics().used_heap_size;
    const objects = Array.from({ length: 1_000_000 }, (_, i) => ({ key: `key ${i}`, value: { i } }));
    return { messages: [], itemCount: objects.length, filteredCount: 0 };
  });

  const value = Buffer.alloc(MIB);
  for (let i = 0; i < 5; i++) {
    transform('traces', 'auto', value);
    expect(before).toBeLessThan(160 * MIB);
  }
});
