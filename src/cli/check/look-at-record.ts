import type { Input } from '../../config/inputs.js';
import { PoisonRecord } from '../../errors.js';
import { recordName } from '../../kafka/names.js';
import type { InputRecord } from '../../kafka/ports.js';
import { type ReadingParts, transformRead } from '../../messages/process-record.js';
import { readInput, type ValueRecord } from '../../messages/read-input.js';
import { encodingOf, type InputEncoding } from '../../transform/decode/decode-record.js';
import { SIGNALS, type Signal } from '../../transform/decode/otlp.js';
import type { StepsOutcome } from '../../transform/steps/run-steps.js';
import { describeSuspicion } from '../../transform/suspicion.js';

/** What a record of an input is, as a worker would take it. */
export type Look =
  | {
      kind: 'items';
      signal: Signal;
      encoding: Encoding;
      itemCount: number;
      filteredCount: number;
      /** What rules and functions did with them. */
      steps?: StepsOutcome;
    }
  /** A tombstone, or a request without anything in it: it makes no rows, rightly. */
  | { kind: 'empty' }
  /** It holds something, and yet no item: fields that OTLP does not know are passed over. */
  | { kind: 'suspicious'; record: string; description: string }
  | Refusal;

/** It would become a dead letter. */
export interface Refusal {
  kind: 'refused';
  /** Where it is, as people write it. */
  record: string;
  reason: PoisonRecord['reason'];
  message: string;
  /** The setting of the input with which it would become rows; null when there is none. */
  remedy: { setting: 'signal' | 'encoding'; value: string } | null;
}

type Encoding = Exclude<InputEncoding, 'auto'>;

/** How records are read, but for their inputs. */
export type LookParts = Omit<ReadingParts, 'inputOf'>;

/** Looks at one record. @param input the one that reads its topic. */
export async function lookAtRecord(record: InputRecord, input: Input, parts: LookParts): Promise<Look> {
  if (record.value === null) return { kind: 'empty' }; // A tombstone, in whatever encoding, as for the worker.
  const { headers } = record;
  try {
    const read = readInput({ value: record.value, headers }, input, parts.recordBytesMax);
    const { signal, encoding, value } = read;
    const { itemCount, filteredCount, suspicion, steps } = await transformRead(read, parts.transform, record);
    if (suspicion) {
      const description = describeSuspicion(signal, suspicion);
      return { kind: 'suspicious', record: recordName(record), description };
    }
    if (itemCount === 0 || signal === null) return { kind: 'empty' };
    return {
      kind: 'items',
      signal,
      encoding: encodingOf(encoding, value),
      itemCount,
      filteredCount,
      ...(steps ? { steps } : {}),
    };
  } catch (error) {
    if (!(error instanceof PoisonRecord)) throw error;
    const { reason, message } = error;
    return {
      kind: 'refused',
      record: recordName(record),
      reason,
      message,
      remedy: await remedyFor(input, { value: record.value, headers }, parts),
    };
  }
}

/** By trying: which of the two settings of an input makes rows of it. */
async function remedyFor(input: Input, record: ValueRecord, parts: LookParts): Promise<Refusal['remedy']> {
  const encoding = await encodingOfItems({ ...input, encoding: 'auto' }, record, parts);
  if (input.encoding !== 'auto' && encoding !== null) return { setting: 'encoding', value: encoding };
  // It takes every signal, as far as that can be told.
  if (input.signal === 'auto') return null;
  for (const signal of SIGNALS) {
    if (signal === input.signal) continue;
    if ((await encodingOfItems({ ...input, signal, encoding: 'auto' }, record, parts)) !== null)
      return { setting: 'signal', value: signal };
  }
  return null;
}

/** How a record is written that makes items with such an input; null when it makes none. */
async function encodingOfItems(
  input: Input,
  record: ValueRecord,
  parts: LookParts,
): Promise<Encoding | null> {
  try {
    const read = readInput(record, input, parts.recordBytesMax);
    const { itemCount } = await transformRead(read, parts.transform);
    return itemCount > 0 ? encodingOf(read.encoding, read.value) : null;
  } catch (error) {
    if (error instanceof PoisonRecord) return null;
    throw error;
  }
}
