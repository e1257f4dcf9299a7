/** Bounds on what one record may make the worker do. A record beyond one is refused whole, as a `PoisonRecord`. */
export interface Limits {
  /** Levels of attribute values within each other: the value of an attribute, or a log's body, is level 1. */
  maxNesting: number;
  /** Spans, log records or data points. */
  maxItems: number;
  /** Bytes of the record's value. */
  maxRecordBytes: number;
}

export const DEFAULT_LIMITS: Limits = {
  maxNesting: 64,
  maxItems: 1_000_000,
  maxRecordBytes: 64 * 1024 * 1024,
};

/** The most that `maxNesting` may be set to: decoding and encoding recurse once per level, and this keeps the stack safe. */
export const NESTING_CEILING = 500;

/** The least bound on the memory of one record: see `memoryBytesMax`. */
const MEMORY_BYTES_MAX = 160 * 1024 * 1024;

/**
 * What one record may take while it becomes rows: its decoded form and its rows together, in bytes. Two bytes are enough to
 * say an object of a hundred, and one attribute of a resource stands in each of its rows, so a record within
 * `maxRecordBytes` could take all the memory there is. Ordinary spans take some seven times their bytes.
 *
 * Beside it a worker holds the record twice and itself: 512 MB in all, with a heap below the 256 MB that Node takes where
 * that is all the memory there is.
 */
export function memoryBytesMax({ maxRecordBytes }: Pick<Limits, 'maxRecordBytes'>): number {
  return Math.max(MEMORY_BYTES_MAX, 2.5 * maxRecordBytes);
}
