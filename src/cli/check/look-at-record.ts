import type { Input } from '../../config/inputs.js';
import { PoisonRecord } from '../../errors.js';
import { recordName } from '../../kafka/names.js';
import type { InputRecord } from '../../kafka/ports.js';
import { encodingOf, type InputEncoding } from '../../transform/decode/decode-record.js';
import { SIGNALS, type Signal } from '../../transform/decode/otlp.js';
import { describeSuspicion } from '../../transform/suspicion.js';
import type { TransformRecord } from '../../transform/transform-record.js';

/** What a record of an input is, as a worker would take it. */
export type Look =
  | { kind: 'items'; encoding: Encoding; itemCount: number; filteredCount: number }
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

/** Looks at one record. @param input the one that reads its topic. */
export function lookAtRecord(record: InputRecord, input: Input, transform: TransformRecord): Look {
  if (record.value === null) return { kind: 'empty' }; // A tombstone, in whatever encoding, as for the worker.
  const { value } = record;
  const { signal, encoding } = input;
  try {
    const { itemCount, filteredCount, suspicion } = transform(signal, encoding, value);
    if (suspicion) {
      const description = describeSuspicion(signal, suspicion);
      return { kind: 'suspicious', record: recordName(record), description };
    }
    if (itemCount === 0) return { kind: 'empty' };
    return { kind: 'items', encoding: encodingOf(encoding, value), itemCount, filteredCount };
  } catch (error) {
    if (!(error instanceof PoisonRecord)) throw error;
    const { reason, message } = error;
    return {
      kind: 'refused',
      record: recordName(record),
      reason,
      message,
      remedy: remedyFor(input, value, transform),
    };
  }
}

/** By trying: which of the two settings of an input makes rows of it. */
function remedyFor(
  { signal, encoding }: Input,
  value: Buffer,
  transform: TransformRecord,
): Refusal['remedy'] {
  if (encoding !== 'auto' && holdsItems(signal, 'auto', value, transform)) {
    return { setting: 'encoding', value: encodingOf('auto', value) };
  }
  const other = SIGNALS.find(
    candidate => candidate !== signal && holdsItems(candidate, 'auto', value, transform),
  );
  return other === undefined ? null : { setting: 'signal', value: other };
}

function holdsItems(
  signal: Signal,
  encoding: InputEncoding,
  value: Buffer,
  transform: TransformRecord,
): boolean {
  try {
    return transform(signal, encoding, value).itemCount > 0;
  } catch (error) {
    if (error instanceof PoisonRecord) return false;
    throw error;
  }
}
