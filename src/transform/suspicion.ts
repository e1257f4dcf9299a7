import type { DecodedRequest } from './decode/decode-record.js';
import type { Signal } from './decode/otlp.js';
import {
  DEFAULT_VALUES,
  type Field,
  type Message,
  type MessageSchema,
  REQUEST_SCHEMAS,
} from './decode/schema.js';
import type { UnknownField } from './decode/walk.js';

/**
 * What is suspicious about a record that decodes, holds something, and yet no item. Unknown fields have to be passed over,
 * since the protocol grows; but of a request in the spelling of 2021, or with `logs` in place of `logRecords`, nothing is
 * left then. So it makes no rows, as the protocol wants it, and someone is told.
 */
export interface Suspicion {
  /** Undefined where all that it holds is known: a resource without spans, a metric without data points. */
  firstUnknownField: UnknownField | undefined;
}

/** @returns undefined for a request that holds nothing at all, however it is written. */
export function suspicionOf(decoded: DecodedRequest): Suspicion | undefined {
  const firstUnknownField = decoded.firstUnknownField();
  const isEmpty = isBlank(REQUEST_SCHEMAS[decoded.signal], decoded.request as unknown as Message);
  return firstUnknownField === undefined && isEmpty ? undefined : { firstUnknownField };
}

/**
 * For a log line or a terminal: what the record holds, and what it does not.
 * @param signal null where it could not be told, since there is no item.
 */
export function describeSuspicion(signal: Signal | null, { firstUnknownField: field }: Suspicion): string {
  const holds = `holds something, but no ${signal === null ? 'item' : ITEMS[signal]}`;
  return field === undefined
    ? holds
    : `${holds}; the first field that OTLP does not know is ${field.path} (byte ${field.byteOffset})`;
}

const ITEMS: Record<Signal, string> = { traces: 'span', logs: 'log record', metrics: 'data point' };

/** Is everything in the message a default? */
function isBlank(schema: MessageSchema, message: Message): boolean {
  return schema.fields.every(field => isBlankField(field, message[field.name]));
}

function isBlankField(field: Field, value: unknown): boolean {
  if (value === undefined) return true;
  if (field.kind === 'message') {
    const { message } = field;
    return field.repeated
      ? (value as Message[]).every(element => isBlank(message, element))
      : isBlank(message, value as Message);
  }
  if (field.repeated || Buffer.isBuffer(value)) return (value as unknown[] | Buffer).length === 0;
  return value === DEFAULT_VALUES[field.kind];
}
