import type { Row } from '../tables/row.js';
import { encodeTextLossless } from '../values/text.js';
import type { ResourceContext } from './explode/resource.js';

export type KeyStrategy = 'trace_id' | 'service_name' | 'resource_hash' | 'none';

/** The key of a row's message; null is no key, and then the partitioner chooses freely. */
export type KeyOf = (row: Row, resource: ResourceContext) => Buffer | null;

export const KEYS: Record<KeyStrategy, KeyOf> = {
  trace_id: row => textKey('TraceId' in row ? row.TraceId : ''),
  service_name: row => textKey(row.ServiceName),
  resource_hash: (_, resource) => resource.hash(),
  none: () => null,
};

/** The bytes as they were sent: a key that is not UTF-8 stays what it is. */
function textKey(text: string): Buffer | null {
  return text === '' ? null : encodeTextLossless(text);
}
