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

/**
 * Objects and list elements of a record, items and everything beneath them. Two bytes are enough to say one, and an
 * object takes some hundred in memory, so without this bound a record within `maxRecordBytes` could exhaust the heap.
 * A million items of a few attributes each stay below.
 */
export const ELEMENTS_MAX = 5_000_000;
