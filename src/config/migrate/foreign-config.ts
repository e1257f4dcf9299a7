/** A key of another program's config, with its value. */
export interface ForeignKey {
  /** `['producer', 'flush_bytes']` */
  path: readonly string[];
  /** A map where the key is a section. */
  value: unknown;
  /** `otelcol.yaml:12:7` */
  place: string;
}

/** What was read of another program's config. */
export interface ForeignConfig {
  /** The keys at its root, each with all that is below it, but without those that `inputs` is made of. */
  keys: readonly ForeignKey[];
  /** Where a key below one of these stands. */
  placeOf(path: readonly string[]): string;
  /** What it asks for by being what it is, by the path of the setting. */
  implied: Readonly<Record<string, unknown>>;
  /** The topics that hold what a worker reads. */
  inputs: ForeignInputs;
}

export interface ForeignInputs {
  /** A value for the setting `inputs`. */
  inputs: readonly ForeignInput[];
  /** The keys that say so, with their places; null where no key does. */
  from: string | null;
  /** A line for each key that does not count. */
  untranslated: readonly string[];
}

export interface ForeignInput {
  topic: string;
  signal: Signal | 'auto';
  encoding?: string;
}

export const SIGNALS = ['traces', 'logs', 'metrics'] as const;
export type Signal = (typeof SIGNALS)[number];

/** A line about a key that was not translated. */
export function untranslated({ path, place }: Pick<ForeignKey, 'path' | 'place'>, why: string): string {
  return `${place}: ${path.join('.')} is not translated: ${why}`;
}
