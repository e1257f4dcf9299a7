/** What functions of users often need. Pure, and of use without a worker too. */

import { createHash } from 'node:crypto';
import { compilePattern, type Pattern } from '../../config/rules/pattern.js';
import { replaceMatches } from '../rules/replace-matches.js';
import { HASHES, hashOf } from '../rules/sample.js';

const NANOSECONDS_PER_MS = 1e6;

/**
 * Milliseconds of nanoseconds.
 *
 * @param nanoseconds such as `row.Duration`, or the difference of two times.
 * @returns milliseconds, with what is less of one behind the point.
 */
export function durationMs(nanoseconds: bigint): number {
  return Number(nanoseconds) / NANOSECONDS_PER_MS;
}

/** The MD5 of both ids, one behind the other, in 32 hex digits: equal for a span that was sent twice. */
export function fingerprint(traceId: string, spanId: string): string {
  return createHash('md5').update(traceId).update(spanId).digest('hex');
}

/**
 * Whether a trace is in the sample: alike in every worker, for all spans and logs of the trace, and as the rule `sample` decides.
 *
 * @param rate the part that is kept, from 0 to 1.
 */
export function isSampled(traceId: string, rate: number): boolean {
  return hashOf(traceId) < rate * HASHES;
}

const compiled = new Map<string, Pattern>();

/**
 * The text, with what matches replaced: of a pattern with a group, what its first group matched.
 *
 * @param patterns in the syntax of RE2, which takes time linear to the text, whoever wrote it.
 * @throws Error that says what is wrong with a pattern.
 */
export function redactText(text: string, patterns: readonly string[], mask = '***'): string {
  return patterns.reduce((covered, pattern) => {
    const known = compiled.get(pattern) ?? compilePattern(pattern);
    compiled.set(pattern, known);
    return replaceMatches(covered, known, () => mask);
  }, text);
}

/**
 * Members of maps and objects within others, with keys joined by dots: `{ user: { id: 7 } }` is `{ 'user.id': 7 }`. Lists are left
 * as they are.
 */
export function flatten(nested: object, prefix = ''): Record<string, unknown> {
  const flat: Record<string, unknown> = {};
  for (const [key, value] of nested instanceof Map ? nested : Object.entries(nested)) {
    if (isNested(value)) Object.assign(flat, flatten(value, `${prefix}${key}.`));
    else flat[`${prefix}${key}`] = value;
  }
  return flat;
}

function isNested(value: unknown): value is object {
  return (
    value instanceof Map || (typeof value === 'object' && value !== null && value.constructor === Object)
  );
}

/** The first number of each range of https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber */
const SEVERITIES: readonly [RegExp, number, string][] = [
  [/^trace|^finest|^verbose/, 1, 'TRACE'],
  [/^debug|^fine/, 5, 'DEBUG'],
  [/^info|^notice|^config/, 9, 'INFO'],
  [/^warn/, 13, 'WARN'],
  [/^err|^severe/, 17, 'ERROR'],
  [/^fatal|^crit|^alert|^emerg|^panic/, 21, 'FATAL'],
];

/**
 * What a level's name means, such as `warning`, `ERR` or `Critical`.
 *
 * @returns the number and text of OpenTelemetry's data model; 0 and no text where nobody knows.
 */
export function severityOf(level: string): { number: number; text: string } {
  const [, number, text] = SEVERITIES.find(([names]) => names.test(level.trim().toLowerCase())) ?? [
    null,
    0,
    '',
  ];
  return { number, text };
}

/** A URL up to its query and fragment, which often hold what should not be kept. */
export function urlWithoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '');
}
