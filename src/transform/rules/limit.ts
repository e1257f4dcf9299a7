import type { MakeAct } from './action.js';
import { attributesReader, fieldOf } from './item-values.js';

/** Metrics of which values are counted at a time: senders choose names, so not any number of them. */
const METRICS_MAX = 10_000;

const NANOS_PER_SECOND = 1_000_000_000n;

/**
 * Bounds how many values an attribute has within a metric and a time, counted by the times of its points: what goes beyond is
 * folded into one value. A worker counts for itself, and anew when it starts.
 */
export const limit: MakeAct<'limit'> = (
  { attribute, values, per_seconds = 3600, other = 'other' },
  { kind },
) => {
  const read = attributesReader('attribute', kind);
  const windowNanos = BigInt(per_seconds) * NANOS_PER_SECOND;
  const seen = new Map<string, { window: bigint; values: Set<string> }>();
  return item => {
    const attributes = read(item);
    const value = attributes.get(attribute);
    if (value === undefined) return 'skip';
    const metric = fieldOf(item, 'MetricName') as string;
    const window = (fieldOf(item, 'TimeUnix') as bigint) / windowNanos;
    let counted = seen.get(metric);
    // Points that are late belong to a time that is not counted any more: they are held to the values of the newest.
    if (counted === undefined || counted.window < window) {
      if (counted === undefined && seen.size === METRICS_MAX) seen.clear();
      counted = { window, values: new Set() };
      seen.set(metric, counted);
    }
    if (counted.values.has(value)) return 'keep';
    if (counted.values.size < values) {
      counted.values.add(value);
      return 'keep';
    }
    attributes.set(attribute, other);
    return 'change';
  };
};
