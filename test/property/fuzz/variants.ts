import type { TransformRecord, TransformSettings } from '../../../src/transform/transform-record.js';
import { allKindsOff, allKindsOn } from '../../support/all-kinds-on.js';
import { TRANSFORMS } from './transforms.js';

/** Settings under which a record is transformed, and each transform made with them, the reference first. */
export interface Variant {
  settings: TransformSettings;
  transforms: readonly { name: string; transform: TransformRecord }[];
  /** The first of them. */
  reference: TransformRecord;
}

const { traces, logs, metrics, limits } = allKindsOn();

const VARIANTS: Record<string, TransformSettings> = {
  clickhouse: allKindsOn(),
  'clickhouse, other times and keys': allKindsOn({
    time_format: 'rfc3339',
    metric_time: 'nanoseconds',
    traces: { ...traces, key: 'resource_hash' },
    logs: { ...logs, key: 'trace_id' },
    metrics: { ...metrics, key: 'none', sum: { ...metrics.sum, enabled: false } },
  }),
  'clickhouse, kinds off': allKindsOff(),
  'clickhouse, narrow limits': allKindsOn({
    time_format: 'text',
    limits: { ...limits, max_nesting: 3, max_items: 2, max_record_bytes: 2000 },
  }),
  'clickhouse, deepest nesting': allKindsOn({ limits: { ...limits, max_nesting: 500 } }),
  glassflow: allKindsOn({ row_format: 'glassflow', metrics: { ...metrics, key: 'resource_hash' } }),
};

export const VARIANT_NAMES: readonly string[] = Object.keys(VARIANTS);

const made = new Map<string, Variant>();

export function variantOf(name: string): Variant {
  const settings = VARIANTS[name];
  if (settings === undefined) throw new Error(`no settings are named ${name}`);
  const known = made.get(name);
  if (known) return known;
  const [reference, ...others] = TRANSFORMS.map(under => ({
    name: under.name,
    transform: under.create(settings),
  }));
  if (reference === undefined) throw new Error('there is no transform');
  const variant = { settings, transforms: [reference, ...others], reference: reference.transform };
  made.set(name, variant);
  return variant;
}
