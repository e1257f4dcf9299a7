import { defaultConfig } from '../../src/config/schema.js';
import type { TransformSettings } from '../../src/transform/transform-record.js';

/** The default settings of the transform with all five metric kinds switched on, and what else a test wants. */
export function allKindsOn(changes: Partial<TransformSettings> = {}): TransformSettings {
  const config = defaultConfig();
  const { sum, gauge, histogram, exponential_histogram, summary } = config.metrics;
  for (const kind of [sum, gauge, histogram, exponential_histogram, summary]) kind.enabled = true;
  return { ...config, ...changes };
}
