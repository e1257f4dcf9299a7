import type { AttributeMap } from '../../tables/row.js';
import { sortedByBytes } from '../../values/text.js';
import type { AnyValue, KeyValue } from '../decode/otlp.js';
import { valueText } from './value-text.js';

/**
 * Attributes as pairs of key and text, sorted by the bytes of the keys: equal attributes make equal maps, in whatever
 * order an SDK sent them. Pairs of equal keys keep their order.
 */
export function attributePairs(
  attributes: readonly KeyValue[],
  textOf: (value: AnyValue | undefined) => string,
): AttributeMap {
  return sortedByBytes(
    attributes.map(({ key, value }) => [key, textOf(value)] as const),
    ([key]) => key,
  );
}

/** Of sorted pairs, the last one of each key. */
export function lastOfEachKey(pairs: AttributeMap): AttributeMap {
  return pairs.filter(([key], i) => key !== pairs[i + 1]?.[0]);
}

/** The text of the first `service.name`; empty when there is none. */
export function serviceNameOf(attributes: readonly KeyValue[]): string {
  return valueText(attributes.find(({ key }) => key === 'service.name')?.value);
}
