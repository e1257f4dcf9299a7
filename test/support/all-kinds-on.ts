import { defaultConfig } from '../../src/config/schema.js';
import type { RowKind } from '../../src/tables/columns.js';
import type { TransformSettings } from '../../src/transform/transform-record.js';

/** The default settings of the transform with all five metric kinds switched on, and what else a test wants. */
export function allKindsOn(changes: Partial<TransformSettings> = {}): TransformSettings {
  return { ...switched(true), ...changes };
}

/** The same with no kind of row switched on, so that every item is filtered. */
export function allKindsOff(changes: Partial<TransformSettings> = {}): TransformSettings {
  return { ...switched(false), ...changes };
}

/** The same settings, changed to rows of these kinds in this encoding. */
export function withEncoding(
  settings: TransformSettings,
  encoding: 'json' | 'native',
  kinds: readonly RowKind[],
): TransformSettings {
  const { traces, logs, metrics } = settings;
  const outputs = { traces, logs, ...metrics };
  for (const kind of kinds) outputs[kind].encoding = encoding;
  return settings;
}

function switched(enabled: boolean): TransformSettings {
  const config = defaultConfig();
  const { traces, logs, metrics } = config;
  const { sum, gauge, histogram, exponential_histogram, summary } = metrics;
  for (const kind of [traces, logs, sum, gauge, histogram, exponential_histogram, summary]) {
    kind.enabled = enabled;
  }
  return config;
}
