import type { Header, InputRecord, NextOffset } from '../../kafka/ports.js';
import { DEAD_LETTER_HEADERS as NAMES } from '../dead-letter-headers.js';
import { header } from '../headers.js';
import { countItems, type ItemRange, parseItems } from '../item-ranges.js';

/** A dead letter, taken apart. */
export interface Letter {
  /** As it lies in the dead-letter topic. */
  record: InputRecord;
  /** Where the record was that it is about. */
  source: NextOffset;
  /** The record's own headers. */
  headers: readonly Header[];
  stage: string;
  reason: string;
  message: string;
  /** ISO 8601. */
  time: string;
  /** How often it was refused, the first time included. */
  attempts: number;
  /** The items that made no row; `null` = the whole record. */
  items: readonly ItemRange[] | null;
  /** Whether these are all of them: of very many that are scattered, a letter lists only the first. */
  itemsListed: boolean;
  /** Whether key, value and headers are those of the record. */
  complete: boolean;
}

/** @returns null for a message that is no dead letter of otelrows. */
export function letterOf(record: InputRecord): Letter | null {
  // The record may itself have come with such headers, from a dead-letter topic: those of the letter come last.
  const begin = record.headers.findLastIndex(({ key }) => key === NAMES.topic);
  if (begin < 0) return null;
  const own = new Map(record.headers.slice(begin).map(({ key, value }) => [key, value.toString('utf8')]));
  const source = {
    topic: own.get(NAMES.topic) ?? '',
    partition: Number(own.get(NAMES.partition)),
    offset: Number(own.get(NAMES.offset)),
  };
  if (!Number.isSafeInteger(source.partition) || !Number.isSafeInteger(source.offset)) return null;
  const before = record.headers[begin - 1];
  const attempted = before?.key === NAMES.attempts ? before : undefined;
  const itemCount = own.get(NAMES.itemCount);
  const items = itemCount === undefined ? null : parseItems(own.get(NAMES.itemIndexes) ?? '');
  return {
    record,
    source,
    headers: record.headers.slice(0, attempted ? begin - 1 : begin),
    stage: own.get(NAMES.stage) ?? '',
    reason: own.get(NAMES.reason) ?? '',
    message: own.get(NAMES.message) ?? '',
    time: own.get(NAMES.time) ?? '',
    attempts: Number(attempted?.value.toString('utf8') ?? 0) + 1,
    items,
    itemsListed: items === null || countItems(items) === Number(itemCount),
    complete: !own.has(NAMES.valueLeftOut),
  };
}

/**
 * The record that a letter is about, as it was. What becomes of it next, if it is refused again, is a letter that counts
 * one more attempt: the count travels as its last header.
 *
 * @param found the record itself where the letter could not hold it.
 */
export function sourceRecord(letter: Letter, found: InputRecord = letter.record): InputRecord {
  const headers = found === letter.record ? letter.headers : found.headers;
  return {
    ...letter.source,
    key: found.key,
    value: found.value,
    timestampMs: found.timestampMs,
    headers: [...headers, header(NAMES.attempts, String(letter.attempts))],
  };
}

/** Whether a letter is of a time that was left out. One without a time that can be read is not. */
export function isBefore({ time }: Letter, { sinceMs }: LetterFilter): boolean {
  return sinceMs !== undefined && Date.parse(time) < sinceMs;
}

/** Which letters are meant; nothing given = all. */
export interface LetterFilter {
  reasons: readonly string[];
  /** Of the records that they are about. */
  topics: readonly string[];
  sinceMs?: number | undefined;
}

export function matches(letter: Letter, { reasons, topics, sinceMs }: LetterFilter): boolean {
  return (
    (reasons.length === 0 || reasons.includes(letter.reason)) &&
    (topics.length === 0 || topics.includes(letter.source.topic)) &&
    (sinceMs === undefined || Date.parse(letter.time) >= sinceMs)
  );
}
