import type { InputOf } from '../config/inputs.js';
import { PoisonRecord } from '../errors.js';
import type { InputRecord } from '../kafka/ports.js';
import type { Signal } from '../transform/decode/otlp.js';
import type { RecordContext } from '../transform/steps/context.js';
import type { AnyTransformRecord, TransformedRecord } from '../transform/transform-record.js';
import { type ReadInput, readInput, refusedWithin } from './read-input.js';

/**
 * A record and what became of it: rows, or the reason why it has none. Of rows, `signal` is null where it could not be told
 * because there is no item, and so no row.
 */
export type ProcessedRecord = { record: InputRecord } & (
  | { outcome: 'rows'; signal: Signal | null; transformed: TransformedRecord }
  | { outcome: 'poison'; error: PoisonRecord }
  /** A defect of otelrows, met at this record. */
  | { outcome: 'defect'; error: Error }
  /** Its rows could not be written in the time of a transaction, nor more of its dead letter than `keep`. */
  | { outcome: 'too_slow'; keep: DeadLetterContent; message: string }
);

/** What of its record a dead letter holds beside the coordinates. */
export type DeadLetterContent = 'all' | 'no_value' | 'nothing';

/** How records are read. */
export interface ReadingParts {
  inputOf: InputOf;
  transform: AnyTransformRecord;
  /** Of a value, also when its sender had compressed it: `limits.max_record_bytes`. */
  recordBytesMax: number;
}

/**
 * Finds out what a record is, and runs the transform. Both are pure: whatever they throw, they throw for this record, at each
 * attempt. So that fails this record only, never its neighbours and never the worker. A tombstone holds nothing, in whatever
 * encoding.
 *
 * @throws want of memory, which is the process's and not the record's.
 */
export async function processRecord(record: InputRecord, parts: ReadingParts): Promise<ProcessedRecord> {
  const { value, headers } = record;
  if (value === null) return { record, signal: null, outcome: 'rows', transformed: NOTHING };
  try {
    const read = readInput({ value, headers }, parts.inputOf(record.topic), parts.recordBytesMax);
    return {
      record,
      signal: read.signal,
      outcome: 'rows',
      transformed: await transformRead(read, parts.transform, record),
    };
  } catch (error) {
    if (error instanceof PoisonRecord) return { record, outcome: 'poison', error };
    return { record, outcome: 'defect', error: defectOf(error) };
  }
}

/** @throws PoisonRecord that says what was around the value. */
export async function transformRead(
  { signal, encoding, value, within }: ReadInput,
  transform: AnyTransformRecord,
  record?: RecordContext,
): Promise<TransformedRecord> {
  try {
    // Of what holds no item each signal makes the same.
    return await transform(signal ?? 'traces', encoding, value, record);
  } catch (error) {
    throw error instanceof PoisonRecord ? refusedWithin(within, error) : error;
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
