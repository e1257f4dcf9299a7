import type { Config } from '../config/schema.js';
import type { EncodingSettings } from '../encodings/settings.js';
import type { InputEncoding } from './decode/decode-record.js';
import type { Signal } from './decode/otlp.js';
import type { RecordContext, RecordHeader } from './steps/context.js';
import type { StepsOutcome } from './steps/run-steps.js';
import type { Suspicion } from './suspicion.js';

/** One Kafka message to be: one row, encoded, with the topic and key it goes to. */
export interface OutputMessage {
  topic: string;
  /** `null` is no key. */
  key: Buffer | null;
  value: Buffer;
  /** Set where the row has more bytes than this, which no message may have: it was not made, and `value` is empty. */
  tooLargeBytes?: number;
  /** Of its own, which a step has asked for. */
  headers?: readonly RecordHeader[];
  /** Which span, log record or data point of the record this row is, counted from 0 in input order over the whole record. */
  itemIndex: number;
}

/** What one record became. `itemCount` = `messages.length` + `filteredCount` + `steps.failedItems.length`. */
export interface TransformedRecord {
  messages: OutputMessage[];
  /** Spans, log records or data points that the record held; with them rows beyond the first that steps made of one. */
  itemCount: number;
  /** Items that make no row because their kind is switched off, or because a step dropped them. */
  filteredCount: number;
  /** What the steps did, where there are steps; with it the items that make no row because one failed. */
  steps?: StepsOutcome;
  /** Set where the record holds something, and yet no item. */
  suspicion?: Suspicion;
  /** What went wrong in the kernel, a defect or want of memory, so that the plain transform made the rows. */
  kernelFailure?: string;
  /** Items that the kernel left, so that the plain engine made their rows, for some twenty times the CPU time. */
  plainItems?: PlainItems;
}

/** Why the kernel leaves items to the plain engine. The first are in the order of `kernel/assembly/reason.ts`. */
export const PLAIN_REASONS = ['unusual', 'merged', 'too_large', 'kernel_failed', 'several_rows'] as const;

export type PlainReason = (typeof PLAIN_REASONS)[number];

/** Numbers of items that the fast engine left to the plain one, by reason. */
export type PlainItems = Partial<Record<PlainReason, number>>;

/**
 * The transform: bytes in, encoded rows with key and topic out. Pure: the same bytes give the same messages, as far as steps do.
 * Rows come in input order (resource, scope, item; for metrics resource, scope, metric, data point).
 *
 * @param record that the bytes are the value of, for steps that look at it.
 * @throws PoisonRecord when the record cannot be decoded or exceeds a limit.
 */
export type TransformRecord = (
  signal: Signal,
  encoding: InputEncoding,
  value: Uint8Array,
  record?: RecordContext,
) => TransformedRecord;

/** The same for steps that have to be waited for. One record at a time. */
export type AsyncTransformRecord = (...record: Parameters<TransformRecord>) => Promise<TransformedRecord>;

/** What makes the rows of a worker's records, whether that has to be waited for or not. */
export type AnyTransformRecord = (
  ...record: Parameters<TransformRecord>
) => TransformedRecord | Promise<TransformedRecord>;

/** The part of the config that the transform depends on. */
export type TransformSettings = EncodingSettings & Pick<Config, 'limits'>;

/** How long the keys and values of messages are needed. */
export type MessageLifetime =
  | 'lasting' // as long as anyone holds them
  | 'until_next_call'; // of this transform; then their memory is used again
