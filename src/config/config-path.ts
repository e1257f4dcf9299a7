import type { Config } from './schema.js';

/** The value at a path: `getValue(config, 'producer.linger_ms')`. A section when the path names one. */
export function getValue(config: Config, path: string): unknown {
  return walk(config, path.split('.'));
}

/** Puts a value where a path says: `setValue(config, 'producer.linger_ms', 20)`. */
export function setValue(config: Config, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  walk(config, keys)[last] = value;
}

// biome-ignore lint/suspicious/noExplicitAny: walks a typed tree by the paths that its type was derived from
function walk(config: Config, keys: readonly string[]): any {
  return keys.reduce((section, key) => section[key as never], config);
}
