import type { AnyValue, KeyValue } from '../../transform/decode/otlp.js';

/** `bigint` becomes `intValue`, `number` becomes `doubleValue`. */
export type Plain = string | bigint | number | boolean | readonly Plain[] | { readonly [key: string]: Plain };

/** Attributes as OTLP has them, in the order of the object. */
export function attributes(plain: { readonly [key: string]: Plain }): KeyValue[] {
  return Object.entries(plain).map(([key, value]) => ({ key, value: anyValue(value) }));
}

export function anyValue(plain: Plain): AnyValue {
  if (typeof plain === 'string') return { stringValue: plain };
  if (typeof plain === 'bigint') return { intValue: plain };
  if (typeof plain === 'number') return { doubleValue: plain };
  if (typeof plain === 'boolean') return { boolValue: plain };
  if (isList(plain)) return { arrayValue: { values: plain.map(anyValue) } };
  return { kvlistValue: { values: attributes(plain) } };
}

function isList(plain: Plain): plain is readonly Plain[] {
  return Array.isArray(plain);
}
