import type { Writable } from 'node:stream';
import type { Config } from '../config/schema.js';

/** The same config, with which rows are as items come. */
export function withoutTransforms(config: Config): Config {
  return { ...config, transform: { ...config.transform, rules: [], module: null } };
}

/** Whoever asks what transforms do may have forgotten to name the config that has them. */
export function noteNoTransforms({ transform }: Config, notes: Writable): void {
  if (transform.rules.length > 0 || transform.module !== null) return;
  notes.write(
    'note: the config has no transforms (transform.rules, transform.module), so rows are as items come\n',
  );
}
