import type { InputRecord } from '../kafka/ports.js';

/** How much a batch holds. */
export interface Extent {
  records: number;
  /** Of the rows that they become, before compression. */
  rowBytes: number;
}

/** A batch, or a record that was one of its own, that was not done in its time. */
export interface TimedOut {
  batch: Extent;
  tookMs: number;
  timeMaxMs: number;
  /** How large the next one may be; or the record that was alone. */
  next: Extent | { record: InputRecord; attemptsMax: number };
}
