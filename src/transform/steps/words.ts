import { SPAN_KINDS, STATUS_CODES } from '../explode/traces.js';

/** Columns that have a word for each number of OTLP; nothing for a number that has none. */

export const spanKindWord = (kind: number): string => SPAN_KINDS[kind] ?? '';
export const statusCodeWord = (code: number): string => STATUS_CODES[code] ?? '';

/** @throws RangeError for a word that the column does not have. */
export const spanKindNumber = (word: string): number => numberOf('SpanKind', SPAN_KINDS, word);
export const statusCodeNumber = (word: string): number => numberOf('StatusCode', STATUS_CODES, word);

function numberOf(column: string, words: readonly string[], word: string): number {
  const number = words.indexOf(word);
  if (number >= 0) return number;
  throw new RangeError(`${column} is ${JSON.stringify(word)}: must be one of ${words.join(', ')}`);
}
