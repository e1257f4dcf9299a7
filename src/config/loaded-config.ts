import type { Config } from './schema.js';

/** Where a setting got its value. */
export type Origin =
  | { kind: 'file'; file: string; line: number; column: number }
  | { kind: 'settings' }
  | { kind: 'environment'; variable: string }
  | { kind: 'flag'; flag: string };

/** A config that was read, checked and found good. */
export interface LoadedConfig {
  config: Config;
  /** The file it was read from; `null` when none was given. */
  file: string | null;
  /** Where the value of a setting comes from, by its path (`producer.linger_ms`). Settings left at their default are not in it. */
  origins: ReadonlyMap<string, Origin>;
}

/** `otelrows.yaml:12:5`, `settings`, `OTELROWS_PRODUCER_LINGER_MS` or `--producer-linger-ms`. */
export function describeOrigin(origin: Origin): string {
  switch (origin.kind) {
    case 'file':
      return `${origin.file}:${origin.line}:${origin.column}`;
    case 'settings':
      return 'settings';
    case 'environment':
      return origin.variable;
    case 'flag':
      return origin.flag;
  }
}
