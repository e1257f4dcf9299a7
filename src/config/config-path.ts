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

/** Puts a value into a tree of maps that holds no more than it is given, as a config file does. */
export function putValue(tree: Record<string, unknown>, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let section = tree;
  for (const key of keys) {
    section[key] ??= {};
    section = section[key] as Record<string, unknown>;
  }
  section[last] = value;
}

// biome-ignore lint/suspicious/noExplicitAny: walks a typed tree by the paths that its type was derived from
function walk(config: Config, keys: readonly string[]): any {
  return keys.reduce((section, key) => section[key as never], config);
}
