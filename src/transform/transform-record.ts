import type { Config } from '../config/schema.js';
import { decodeRecord } from './decode/decode-record.js';
import type { Limits } from './decode/limits.js';
import type { Signal } from './decode/otlp.js';
import { encodersOf } from './encode/encoders.js';
import { explode } from './explode/explode.js';
import { SHAPES } from './explode/shape.js';
import { routesOf } from './route.js';

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

/** The part of the config that the transform depends on. */
export type TransformSettings = Pick<
  Config,
  'row_format' | 'time_format' | 'metric_time' | 'traces' | 'logs' | 'metrics' | 'limits'
>;

/**
 * The plain transform: decode, explode, route, encode. It is the reference that any faster one is held to.
 *
 * One walk yields row, key and topic together: they are made from the same item, so none can go astray.
 */
export function createTransform(settings: TransformSettings): TransformRecord {
  const limits = limitsOf(settings);
  const shape = SHAPES[settings.row_format];
  const routes = routesOf(settings);
  const encoders = encodersOf(settings);

  return (signal, encoding, value) => {
    const messages: OutputMessage[] = [];
    let itemCount = 0;
    let filteredCount = 0;
    for (const { kind, resource, makeRow } of explode(decodeRecord(signal, encoding, value, limits), shape)) {
      const itemIndex = itemCount++;
      const { enabled, topic, keyOf } = routes[kind];
      if (!enabled) {
        filteredCount++;
        continue;
      }
      const row = makeRow();
      messages.push({ topic, key: keyOf(row, resource), value: encoders[kind](row), itemIndex });
    }
    return { messages, itemCount, filteredCount };
  };
}

function limitsOf({ limits }: Pick<Config, 'limits'>): Limits {
  return {
    maxNesting: limits.max_nesting,
    maxItems: limits.max_items,
    maxRecordBytes: limits.max_record_bytes,
  };
}
