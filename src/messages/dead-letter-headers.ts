import type { Header, NextOffset } from '../kafka/ports.js';

/**
 * The headers that a dead letter has beside those of its record, which come first: so of two with one name the last is
 * meant. The names that Kafka Streams has for these (KIP-1034) are used where there is one.
 */
export const DEAD_LETTER_HEADERS = {
  topic: '__streams.errors.topic',
  partition: '__streams.errors.partition',
  offset: '__streams.errors.offset',
  exception: '__streams.errors.exception',
  message: '__streams.errors.message',
  stage: 'otelrows.dead_letter.stage',
  reason: 'otelrows.dead_letter.reason',
  time: 'otelrows.dead_letter.time',
  itemCount: 'otelrows.dead_letter.item_count',
  itemIndexes: 'otelrows.dead_letter.item_indexes',
  valueLeftOut: 'otelrows.dead_letter.value_left_out_bytes',
  /** Of the value that was left out, so that it is known again: in hexadecimal digits. */
  valueLeftOutDigest: 'otelrows.dead_letter.value_left_out_sha256',
  keyLeftOut: 'otelrows.dead_letter.key_left_out_bytes',
  headersLeftOut: 'otelrows.dead_letter.headers_left_out',
  /**
   * How often its record was refused before: only in dead-letter records that came of a replay, and before all the
   * others.
   */
  attempts: 'otelrows.dead_letter.attempts',
} as const;

/** The headers that a dead-letter record has of its own, read. */
export interface DeadLetterHeaders {
  /** Where they begin among all headers of the record; those before are of the record that it is about. */
  begin: number;
  /** By their names in `DEAD_LETTER_HEADERS`. */
  texts: ReadonlyMap<string, string>;
  /** Where the record was that it is about. */
  source: NextOffset;
}

/**
 * Reads the headers that `makeDeadLetter` writes. The record may itself have come with such headers, from a dead-letter
 * topic: its own come last, and begin with the topic.
 *
 * @returns null for what otelrows has not written. The names of KIP-1034 are those of others too, who may share the topic,
 *   and write them behind ours when they dead-letter what we did; so what counts are our own names behind them.
 */
export function readDeadLetterHeaders(headers: readonly Header[]): DeadLetterHeaders | null {
  const begin = headers.findLastIndex(({ key }) => key === DEAD_LETTER_HEADERS.topic);
  if (begin < 0) return null;
  const texts = new Map(headers.slice(begin).map(({ key, value }) => [key, value.toString('utf8')]));
  const { topic, partition, offset, reason } = DEAD_LETTER_HEADERS;
  if (!texts.has(reason)) return null;
  const name = texts.get(topic);
  const [partitionNumber, offsetNumber] = [wholeNumber(texts.get(partition)), wholeNumber(texts.get(offset))];
  if (!name || partitionNumber === null || offsetNumber === null) return null;
  return { begin, texts, source: { topic: name, partition: partitionNumber, offset: offsetNumber } };
}

/** Nothing but digits, where `Number` takes an empty text for 0. */
export function wholeNumber(text = ''): number | null {
  const number = Number(text);
  return /^\d+$/.test(text) && Number.isSafeInteger(number) ? number : null;
}
