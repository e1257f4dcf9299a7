import type { RoutingSettings } from '../config/rules/routes.js';
import type { Config } from '../config/schema.js';
import type { RowKind } from '../tables/columns.js';
import type { RowEncoding } from './encoding.js';

/** The part of the config that encodings depend on. */
export type EncodingSettings = Pick<
  Config,
  | 'row_format'
  | 'time_format'
  | 'metric_time'
  | 'row_id'
  | 'traces'
  | 'logs'
  | 'metrics'
  | 'json_lines'
  | 'native'
  | 'producer'
> & { transform: RoutingSettings['transform'] & Pick<Config['transform'], 'engine'> };

/** The value of an `encoding` setting. */
export type EncodingName = Config['traces']['encoding'];

/** Makes the encodings of row kinds, which share the memory that they write into. */
export type MakeEncodings = (settings: EncodingSettings) => (kind: RowKind) => RowEncoding;
