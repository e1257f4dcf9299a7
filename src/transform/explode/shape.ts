import type { AttributeMap } from '../../tables/row.js';
import type { KeyValue } from '../decode/otlp.js';

/**
 * Where the two row formats hold different values. All else in `explode/` is the same for both; how values are written
 * as JSON text, and in which order, is said by `encodings/`.
 */
export interface Shape {
  /** An id of a span, a log record or a link, `bytesLength` bytes long or absent, in hex. */
  id(id: Uint8Array, bytesLength: number): string;
  /** Attributes of anything. */
  attributes(attributes: readonly KeyValue[]): AttributeMap;
  /** From start to end, both unsigned nanoseconds. */
  duration(startUnixNano: bigint, endUnixNano: bigint): bigint;
}
