import { maskProperty, maskRefused } from './mask.js';
import { nearest } from './nearest.js';
import type { ListedSetting } from './schema.js';
import type { Finding } from './setting.js';

const SHOWN_CHARACTERS_MAX = 80;

/**
 * One complete sentence about a value that cannot be used:
 * `otelrows.yaml:12:16: producer.compression is "lz5": must be one of none, gzip, snappy, lz4, zstd. Did you mean lz4?`
 */
export function describeFinding(
  where: string,
  { path, setting }: Pick<ListedSetting, 'path' | 'setting'>,
  finding: Finding,
): string {
  const { at, value, candidates } = finding;
  const steps = finding.atMayBeValue ? at.slice(0, -1) : at;
  const place = steps.reduce<string>(
    (parent, step) => parent + (typeof step === 'number' ? `[${step}]` : `.${step}`),
    path,
  );
  const last = at.at(-1);
  const isProperty = setting.isMap && typeof last === 'string';
  const shown = isProperty ? maskProperty(last, value) : maskRefused(path, value);
  const mistyped = value ?? last;
  const meant = candidates && typeof mistyped === 'string' ? nearest(mistyped, candidates) : null;
  return `${where}: ${place} ${value === undefined ? '' : state(shown)}${finding.problem.replaceAll('`', '')}${didYouMean(meant)}`;
}

/**
 * One sentence about a name that is none of ours.
 * @param advice what may have been meant, as sentences that follow: `. Did you mean …?`; empty when nothing is like it.
 */
export function describeUnknown(where: string, name: string, kind: string, advice: string): string {
  return `${where}: ${name} is not a known ${kind}${advice}`;
}

/** The same about one that is not shown, because it may be a piece of a secret. */
export function describeHidden(where: string, parents: readonly string[], advice: string): string {
  const section = parents.join('.') || 'the config file';
  return `${where}: ${section} has something here that is not a known key${advice || '. If it is a piece of a value, put that value in quotes'}`;
}

/** A value that was refused, as JSON, cut when it is long. */
export function showValue(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > SHOWN_CHARACTERS_MAX ? `${text.slice(0, SHOWN_CHARACTERS_MAX)}…` : text;
}

function state(value: unknown): string {
  if (value === null) return 'is empty: ';
  // What is in it may be anything, a whole section that is indented too far for example.
  if (typeof value === 'object' && Object.keys(value).length > 0)
    return Array.isArray(value) ? 'is a list: ' : 'is a map: ';
  return `is ${showValue(value)}: `;
}

export function didYouMean(meant: string | null): string {
  return meant === null ? '' : `. Did you mean ${meant}?`;
}
