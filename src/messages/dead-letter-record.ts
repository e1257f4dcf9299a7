import type { Header, InputRecord, NextOffset } from '../kafka/ports.js';
import { sha256 } from './dead-letter.js';
import { DEAD_LETTER_HEADERS as NAMES, readDeadLetterHeaders, wholeNumber } from './dead-letter-headers.js';
import { header } from './headers.js';
import { countItems, type ItemRange, parseItems } from './item-ranges.js';

/** A dead letter, taken apart. */
export interface DeadLetterRecord {
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
  /** Whether these are all of them: of very many that are scattered, a dead-letter record lists only the first. */
  itemsListed: boolean;
  /** What was too large for it; null when key, value and headers are those of the record. */
  leftOut: LeftOut | null;
}

/** What tells a refused record where its dead-letter record could not hold it. */
export interface LeftOut {
  valueBytes: number;
  /** SHA-256 in hexadecimal digits; null in dead-letter records of before there was one. */
  valueDigest: string | null;
  /** null when the dead-letter record has the record's key and headers. */
  keyBytes: number | null;
}

/** @returns null for a message that is no dead letter of otelrows. */
export function deadLetterOf(record: InputRecord): DeadLetterRecord | null {
  const own = readDeadLetterHeaders(record.headers);
  if (own === null) return null;
  const { begin, texts, source } = own;
  const before = record.headers[begin - 1];
  const attempted = before?.key === NAMES.attempts ? before : undefined;
  const itemCount = texts.get(NAMES.itemCount);
  const items = itemCount === undefined ? null : parseItems(texts.get(NAMES.itemIndexes) ?? '');
  return {
    record,
    source,
    headers: record.headers.slice(0, attempted ? begin - 1 : begin),
    stage: texts.get(NAMES.stage) ?? '',
    reason: texts.get(NAMES.reason) ?? '',
    message: texts.get(NAMES.message) ?? '',
    time: texts.get(NAMES.time) ?? '',
    attempts: Number(attempted?.value.toString('utf8') ?? 0) + 1,
    items,
    itemsListed: items === null || countItems(items) === Number(itemCount),
    leftOut: leftOutOf(texts),
  };
}

function leftOutOf(texts: ReadonlyMap<string, string>): LeftOut | null {
  const valueBytes = texts.get(NAMES.valueLeftOut);
  if (valueBytes === undefined) return null;
  return {
    valueBytes: Number(valueBytes),
    valueDigest: texts.get(NAMES.valueLeftOutDigest) ?? null,
    keyBytes: wholeNumber(texts.get(NAMES.keyLeftOut)),
  };
}

/**
 * Whether a record that stands where a refused one stood is another one, as after its topic was recreated.
 *
 * @returns in what it differs, as the end of a sentence; null when it is the same, as far as the dead-letter record says.
 */
export function otherRecord(deadLetter: DeadLetterRecord, found: InputRecord): string | null {
  const { leftOut, record, headers } = deadLetter;
  if (leftOut === null) return null;
  const bytes = found.value?.length ?? 0;
  if (bytes !== leftOut.valueBytes) return `its value has ${bytes} bytes, not ${leftOut.valueBytes}`;
  if (leftOut.valueDigest !== null && leftOut.valueDigest !== sha256(found.value)) {
    return 'its value has other bytes';
  }
  if (leftOut.keyBytes !== null) {
    const keyBytes = found.key?.length ?? 0;
    return keyBytes === leftOut.keyBytes ? null : `its key has ${keyBytes} bytes, not ${leftOut.keyBytes}`;
  }
  if (!sameBytes(found.key, record.key)) return 'it has another key';
  const sameHeaders =
    found.headers.length === headers.length &&
    headers.every(({ key, value }, index) => {
      const other = found.headers[index];
      return other?.key === key && sameBytes(other.value, value);
    });
  return sameHeaders ? null : 'it has other headers';
}

function sameBytes(one: Buffer | null, other: Buffer | null): boolean {
  return one === null || other === null ? one === other : one.equals(other);
}

/**
 * The refused record, as it was. What becomes of it next, if it is refused again, is a dead-letter record that counts one
 * more attempt: the count travels as its last header.
 *
 * @param found the record itself where the dead-letter record could not hold it.
 */
export function sourceRecord(
  deadLetter: DeadLetterRecord,
  found: InputRecord = deadLetter.record,
): InputRecord {
  const headers = found === deadLetter.record ? deadLetter.headers : found.headers;
  return {
    ...deadLetter.source,
    key: found.key,
    value: found.value,
    timestampMs: found.timestampMs,
    headers: [...headers, header(NAMES.attempts, String(deadLetter.attempts))],
  };
}

/** Whether a dead-letter record is of a time that was left out. One without a time that can be read is not. */
export function isBefore({ time }: DeadLetterRecord, { sinceMs }: DeadLetterFilter): boolean {
  return sinceMs !== undefined && Date.parse(time) < sinceMs;
}

/** Which dead-letter records are meant; nothing given = all. */
export interface DeadLetterFilter {
  reasons: readonly string[];
  /** Of the records that they are about. */
  topics: readonly string[];
  sinceMs?: number | undefined;
}

export function matches(
  deadLetter: DeadLetterRecord,
  { reasons, topics, sinceMs }: DeadLetterFilter,
): boolean {
  return (
    (reasons.length === 0 || reasons.includes(deadLetter.reason)) &&
    (topics.length === 0 || topics.includes(deadLetter.source.topic)) &&
    (sinceMs === undefined || Date.parse(deadLetter.time) >= sinceMs)
  );
}
