import { maskProperty, maskSetting } from './mask.js';
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
  const place = finding.at.reduce<string>(
    (parent, step) => parent + (typeof step === 'number' ? `[${step}]` : `.${step}`),
    path,
  );
  const last = finding.at.at(-1);
  const shown =
    setting.isMap && typeof last === 'string'
      ? maskProperty(last, finding.value)
      : maskSetting(path, finding.value);
  const mistyped = finding.value ?? last;
  const meant =
    finding.candidates && typeof mistyped === 'string' ? nearest(mistyped, finding.candidates) : null;
  return `${where}: ${place} ${state(shown)}${finding.problem.replaceAll('`', '')}${didYouMean(meant)}`;
}

/** One sentence about a name that is none of ours. */
export function describeUnknown(where: string, name: string, kind: string, meant: string | null): string {
  return `${where}: ${name} is not a known ${kind}${didYouMean(meant)}`;
}

function state(value: unknown): string {
  if (value === undefined) return '';
  if (value === null) return 'is empty: ';
  const text = JSON.stringify(value) ?? String(value);
  const shown = text.length > SHOWN_CHARACTERS_MAX ? `${text.slice(0, SHOWN_CHARACTERS_MAX)}…` : text;
  return `is ${shown}: `;
}

function didYouMean(meant: string | null): string {
  return meant === null ? '' : `. Did you mean ${meant}?`;
}
