import type { Signal } from './decode/otlp.js';

export type InputEncoding = 'otlp_proto' | 'otlp_json' | 'auto';

/** One Kafka message to be: one row, encoded, with the topic and key it goes to. */
export interface OutputMessage {
  topic: string;
  /** `null` is no key. */
  key: Buffer | null;
  value: Buffer;
  /** Which span, log record or data point of the record this row is, counted from 0 in input order over the whole record. */
  itemIndex: number;
}

/** What one record became. `itemCount` = `messages.length` + `filteredCount`. */
export interface TransformedRecord {
  messages: OutputMessage[];
  /** Spans, log records or data points that the record held. */
  itemCount: number;
  /** Items that make no row because their kind is switched off. */
  filteredCount: number;
}

/**
 * The transform: bytes in, encoded rows with key and topic out. Pure: the same bytes give the same messages.
 * Rows come in input order (resource, scope, item; for metrics resource, scope, metric, data point).
 *
 * @throws PoisonRecord when the record cannot be decoded or exceeds a limit.
 */
export type TransformRecord = (
  signal: Signal,
  encoding: InputEncoding,
  value: Uint8Array,
) => TransformedRecord;
