import type { InputOf } from '../config/inputs.js';
import { PoisonRecord } from '../errors.js';
import type { InputRecord } from '../kafka/ports.js';
import type { Signal } from '../transform/decode/otlp.js';
import type { TransformedRecord, TransformRecord } from '../transform/transform-record.js';

/** A record and what became of it: rows, or the reason why it has none. */
export type ProcessedRecord = { record: InputRecord; signal: Signal } & (
  | { outcome: 'rows'; transformed: TransformedRecord }
  | { outcome: 'poison'; error: PoisonRecord }
  /** A defect of otelrows, met at this record. */
  | { outcome: 'defect'; error: Error }
  /** Its rows could not be written in the time of a transaction, nor more of its dead letter than `keep`. */
  | { outcome: 'too_slow'; keep: DeadLetterContent; message: string }
);

/** What of its record a dead letter holds beside the coordinates. */
export type DeadLetterContent = 'all' | 'no_value' | 'nothing';

/**
 * Runs the transform, which is pure: whatever it throws, it throws for this record, at each attempt. So that fails this
 * record only, never its neighbours and never the worker. A tombstone holds nothing, in whatever encoding.
 *
 * @throws want of memory, which is the process's and not the record's.
 */
export function processRecord(
  record: InputRecord,
  inputOf: InputOf,
  transform: TransformRecord,
): ProcessedRecord {
  const { signal, encoding } = inputOf(record.topic);
  if (record.value === null) return { record, signal, outcome: 'rows', transformed: NOTHING };
  try {
    const transformed = transform(signal, encoding, record.value);
    return { record, signal, outcome: 'rows', transformed };
  } catch (error) {
    if (error instanceof PoisonRecord) return { record, signal, outcome: 'poison', error };
    return { record, signal, outcome: 'defect', error: defectOf(error) };
  }
}

/** @throws want of memory: another record may only have been the last straw, and a process that starts anew has some. */
export function defectOf(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ERR_MEMORY_ALLOCATION_FAILED' || /allocation failed/i.test(error.message)) throw error;
  return error;
}

const NOTHING: TransformedRecord = { messages: [], itemCount: 0, filteredCount: 0 };
