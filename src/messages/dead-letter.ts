import { createHash } from 'node:crypto';
import type { DeadLetterReason } from '../dead-letter-reasons.js';
import type { Header, InputRecord } from '../kafka/ports.js';
import { DEAD_LETTER_HEADERS as NAMES } from './dead-letter-headers.js';
import { STYLED_MESSAGES } from './dead-letter-styles.js';
import { header } from './headers.js';
import { formatItems, rangesOf } from './item-ranges.js';

/** A header has to stay small whatever the record holds, 64 KB at most; the count beside it is always exact. */
const LISTED_RANGES_MAX = 4000;
/** Characters of the error message in a dead-letter record that has to be as small as can be. */
const BARE_MESSAGE_MAX = 100;

/** Why a record, or items of it, could not become rows. */
export interface Problem {
  /** Which step refused it. */
  stage: 'decode' | 'transform' | 'send';
  /** One word for counters and filters. */
  reason: DeadLetterReason;
  /** The error's class name. */
  errorClass: string;
  message: string;
  /** The items that made no row, counted from 0 over the record, ascending; absent when it is the whole record. */
  itemIndexes?: readonly number[];
}

export interface DeadLetter {
  topic: string;
  key: Buffer | null;
  value: Buffer | null;
  headers: readonly Header[];
}

/**
 * The dead letter of a record: its key, value and headers as they were, and headers that say where it was and what is
 * wrong with it.
 *
 * @param topic where dead letters go.
 * @param time of refusal, which tells several refusals of one record apart.
 * @param styled headers for other programs. They come behind ours, whose readers begin at the last `__streams.errors.topic`.
 */
export function makeDeadLetter(
  topic: string,
  record: InputRecord,
  problem: Problem,
  time: Date,
  styled: readonly Header[] = [],
): DeadLetter {
  return {
    topic,
    key: record.key,
    value: record.value,
    headers: [
      ...record.headers,
      header(NAMES.topic, record.topic),
      header(NAMES.partition, String(record.partition)),
      header(NAMES.offset, String(record.offset)),
      header(NAMES.exception, problem.errorClass),
      header(NAMES.message, problem.message),
      header(NAMES.stage, problem.stage),
      header(NAMES.reason, problem.reason),
      header(NAMES.time, time.toISOString()),
      ...(problem.itemIndexes
        ? [
            header(NAMES.itemCount, String(problem.itemIndexes.length)),
            header(NAMES.itemIndexes, formatItems(rangesOf(problem.itemIndexes).slice(0, LISTED_RANGES_MAX))),
          ]
        : []),
      ...styled,
    ],
  };
}

/**
 * For a record that is itself larger than a message may be: the dead letter without the value. The record is still found
 * under its coordinates for as long as the input topic keeps it.
 */
export function withoutValue(deadLetter: DeadLetter): DeadLetter {
  return {
    ...deadLetter,
    value: null,
    headers: [...deadLetter.headers, ...valueLeftOut(deadLetter.value)],
  };
}

/**
 * For a record whose key or headers alone are larger than a message may be: only what tells where it was and what is
 * wrong with it. All of it has a bounded size.
 */
export function withoutContent(deadLetter: DeadLetter, record: InputRecord): DeadLetter {
  const own = deadLetter.headers
    .slice(record.headers.length)
    .filter(({ key }) => key !== NAMES.itemIndexes)
    .map(said => (holdsMessage(said) ? header(said.key, beginOf(said.value)) : said));
  return {
    topic: deadLetter.topic,
    key: null,
    value: null,
    headers: [
      ...own,
      ...valueLeftOut(record.value),
      header(NAMES.keyLeftOut, String(record.key?.length ?? 0)),
      header(NAMES.headersLeftOut, String(record.headers.length)),
    ],
  };
}

/** By these the record is known again: another one may stand there by the time that somebody looks for it. */
function valueLeftOut(value: Buffer | null): Header[] {
  return [
    header(NAMES.valueLeftOut, String(value?.length ?? 0)),
    header(NAMES.valueLeftOutDigest, sha256(value)),
  ];
}

/** In hexadecimal digits; of no value that of an empty one. */
export function sha256(value: Buffer | null): string {
  return createHash('sha256')
    .update(value ?? '')
    .digest('hex');
}

function holdsMessage({ key }: Header): boolean {
  return key === NAMES.message || STYLED_MESSAGES.has(key);
}

/** A message can name fields with long names; how it begins is what matters most. */
function beginOf(message: Buffer): string {
  return message.toString('utf8').slice(0, BARE_MESSAGE_MAX);
}
