import { type PoisonReason, PoisonRecord } from '../../../src/errors.js';
import type { InputEncoding } from '../../../src/transform/decode/decode-record.js';
import type { Signal } from '../../../src/transform/decode/otlp.js';
import { describeSuspicion } from '../../../src/transform/suspicion.js';
import type { OutputMessage, TransformRecord } from '../../../src/transform/transform-record.js';

/** What a transform made of a record, copied: its buffers may be written over by the next call. */
export type Outcome =
  | {
      kind: 'rows';
      messages: OutputMessage[];
      itemCount: number;
      filteredCount: number;
      /** Why there is no item; undefined where there are some, or where the record is empty. */
      suspicion: string | undefined;
    }
  | { kind: 'poison'; reason: string; fieldPath: string; byteOffset: number | undefined; message: string };

const POISON_REASONS: Record<PoisonReason, true> = {
  malformed: true,
  wrong_encoding: true,
  wrong_signal: true,
  unsupported_signal: true,
  unknown_signal: true,
  unknown_root: true,
  nesting_limit: true,
  items_limit: true,
  bytes_limit: true,
  handler_failed: true,
};

/** Dead-letter headers and log lines hold it, so it stays small whatever the record holds. */
const MESSAGE_LENGTH_MAX = 1000;

/** @throws whatever the transform throws that is no PoisonRecord, and for a PoisonRecord that tells too little or too much. */
export function outcomeOf(
  transform: TransformRecord,
  signal: Signal,
  encoding: InputEncoding,
  value: Uint8Array,
): Outcome {
  try {
    const transformed = transform(signal, encoding, value);
    const { messages, itemCount, filteredCount, kernelFailure } = transformed;
    if (kernelFailure) throw new Error(`the kernel failed: ${kernelFailure}`);
    const suspicion = transformed.suspicion && describeSuspicion(signal, transformed.suspicion);
    if (suspicion !== undefined) {
      if (itemCount > 0) throw new Error(`${itemCount} items, and yet ${suspicion}`);
      checkMessage(suspicion);
    }
    return { kind: 'rows', messages: messages.map(copyMessage), itemCount, filteredCount, suspicion };
  } catch (error) {
    if (!(error instanceof PoisonRecord)) throw error;
    const { reason, fieldPath, byteOffset, message, kernelFailure } = error;
    if (kernelFailure) throw new Error(`the kernel failed: ${kernelFailure}`);
    if (!Object.hasOwn(POISON_REASONS, reason)) throw new Error(`unknown reason ${reason}`);
    if (typeof fieldPath !== 'string' || !message.includes(fieldPath)) {
      throw new Error(`the message does not tell the field path ${fieldPath}: ${message}`);
    }
    checkMessage(message);
    if (byteOffset !== undefined && !(byteOffset >= 0 && byteOffset <= value.length)) {
      throw new Error(`byte ${byteOffset} of a record of ${value.length} bytes`);
    }
    return { kind: 'poison', reason, fieldPath, byteOffset, message };
  }
}

function checkMessage(message: string): void {
  if (message === '' || message.length > MESSAGE_LENGTH_MAX || !isPrintable(message)) {
    throw new Error(`a message of ${message.length} characters: ${JSON.stringify(message.slice(0, 2000))}`);
  }
}

/** Equal outcomes have equal texts. */
export function outcomeText(outcome: Outcome): string {
  if (outcome.kind === 'poison') return JSON.stringify(outcome);
  return `${rowsText(outcome)}\n${outcome.suspicion ?? 'not suspicious'}`;
}

/** Without the suspicion: the same rows may be written with unknown fields or without. */
export function rowsText(outcome: Outcome): string {
  if (outcome.kind === 'poison') return JSON.stringify(outcome);
  const { messages, itemCount, filteredCount } = outcome;
  const lines = messages.map(
    ({ topic, key, value, itemIndex }) =>
      `${itemIndex} ${topic} ${key?.toString('base64') ?? 'no key'} ${value.toString('latin1')}`,
  );
  return [`${itemCount} items, ${filteredCount} filtered`, ...lines].join('\n');
}

function copyMessage({ topic, key, value, itemIndex }: OutputMessage): OutputMessage {
  return { topic, key: key && Buffer.from(key), value: Buffer.from(value), itemIndex };
}

/** One line, without characters that a log or a terminal would take for something else. */
function isPrintable(message: string): boolean {
  return /^[\x20-\x7e]*$/.test(message);
}
