import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { TransformRecord } from '../transform/transform-record.js';

/** A record that can become so many objects that the next one must not come on top of them. */
const LARGE_RECORD_BYTES = 256 * 1024;

/** More than a worker's heap has in it when its records are of usual size. */
const HEAP_BYTES_MAX = 128 * 1024 * 1024;

/**
 * The same transform, with what earlier records left behind collected before the next large one. A record of a million
 * attributes is some 250 MB of objects while it is decoded; V8 would let the garbage of four of them lie, and grow to a
 * gigabyte, before it collects by itself.
 */
export function boundedHeap(transform: TransformRecord): TransformRecord {
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');
  return (signal, encoding, value) => {
    if (value.length > LARGE_RECORD_BYTES && getHeapStatistics().used_heap_size > HEAP_BYTES_MAX)
      collectGarbage();
    return transform(signal, encoding, value);
  };
}
