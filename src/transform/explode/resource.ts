import { createHash } from 'node:crypto';
import type { AttributeMap } from '../../tables/row.js';
import { encodeTextLossless } from '../../values/text.js';
import type { InstrumentationScope, KeyValue, Resource } from '../decode/otlp.js';
import { attributePairs, serviceNameOf } from './attributes.js';
import type { Shape } from './shape.js';
import { valueText } from './value-text.js';

/** What all rows of one resource share. */
export interface ResourceContext {
  readonly attributes: AttributeMap;
  readonly serviceName: string;
  readonly schemaUrl: string;
  /** As the key strategy `resource_hash` wants it; computed when first asked for. */
  readonly hash: () => Buffer;
}

/** What all rows of one instrumentation scope share. */
export interface ScopeContext {
  readonly name: string;
  readonly version: string;
  readonly attributes: AttributeMap;
  readonly droppedAttributesCount: number;
  readonly schemaUrl: string;
}

export function resourceContext(
  resource: Resource | undefined,
  schemaUrl: string,
  shape: Shape,
): ResourceContext {
  const attributes = resource?.attributes ?? [];
  let hash: Buffer | undefined;
  return {
    attributes: shape.attributes(attributes),
    serviceName: serviceNameOf(attributes),
    schemaUrl,
    hash: () => {
      hash ??= resourceHash(attributes);
      return hash;
    },
  };
}

export function scopeContext(
  scope: InstrumentationScope | undefined,
  schemaUrl: string,
  shape: Shape,
): ScopeContext {
  return {
    name: scope?.name ?? '',
    version: scope?.version ?? '',
    attributes: shape.attributes(scope?.attributes ?? []),
    droppedAttributesCount: scope?.droppedAttributesCount ?? 0,
    schemaUrl,
  };
}

const HASH_BYTES = 16;
const KEY_MARK = Buffer.of(0xf4);
const VALUE_MARK = Buffer.of(0xf7);

/**
 * A hash of the resource's attributes, whatever their order: 16 bytes of SHA-256 over each key and text, each behind a
 * mark that no UTF-8 text begins with. Zeros for a resource without attributes. The bytes are those of
 * glassflowexporter, so that keys stay in their partitions when one takes over from the other.
 */
export function resourceHash(attributes: readonly KeyValue[]): Buffer {
  return hashOf(
    Buffer.concat(
      attributePairs(attributes, valueText).flatMap(([key, text]) => [
        KEY_MARK,
        encodeTextLossless(key),
        VALUE_MARK,
        encodeTextLossless(text),
      ]),
    ),
  );
}

/** The hash of the marked keys and texts of a resource, given as one. */
export function hashOf(keysAndTexts: Uint8Array): Buffer {
  if (keysAndTexts.length === 0) return Buffer.alloc(HASH_BYTES);
  return createHash('sha256').update(keysAndTexts).digest().subarray(0, HASH_BYTES);
}
