import { getHeapStatistics } from 'node:v8';
import { collectGarbage } from '../garbage-collection.js';
import type { AnyTransformRecord } from '../transform/transform-record.js';

/** A record that can become so many objects that the next one must not come on top of them. */
const LARGE_RECORD_BYTES = 256 * 1024;

/** Less than one such record leaves behind. */
const GARBAGE_BYTES_MAX = 32 * 1024 * 1024;

/**
 * The same transform, with what a large record left behind collected before the next one, large or not. A record can become
 * 160 MB of objects and texts while it is decoded, beside its own bytes; V8 would let the garbage of four such records lie,
 * and grow to a gigabyte, before it collects by itself.
 */
export function boundedHeap(transform: AnyTransformRecord): AnyTransformRecord {
  let needed = usedBytes();
  let lastBytes = 0;
  return (signal, encoding, value, record) => {
    if (Math.max(value.length, lastBytes) > LARGE_RECORD_BYTES) {
      if (usedBytes() - value.length > needed + GARBAGE_BYTES_MAX) {
        collectGarbage();
        needed = usedBytes() - value.length;
      }
    }
    lastBytes = value.length;
    return transform(signal, encoding, value, record);
  };
}

/** Objects, and the bytes of buffers and long strings, which V8 keeps beside its heap. */
function usedBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}
