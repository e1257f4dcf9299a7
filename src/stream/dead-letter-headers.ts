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
  keyLeftOut: 'otelrows.dead_letter.key_left_out_bytes',
  headersLeftOut: 'otelrows.dead_letter.headers_left_out',
  /** How often its record was refused before: only in letters that came of a replay, and before all the others. */
  attempts: 'otelrows.dead_letter.attempts',
} as const;
