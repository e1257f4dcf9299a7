import { decodeText, encodeTextLossless } from '../../values/text.js';
import type { AnyValue } from '../decode/otlp.js';
import type { SentValue, SettableValue } from './view.js';

/** The value of an attribute as steps see it. Of equal keys in a map the last one counts, as in its text. */
export function sentValue(value: AnyValue | undefined): SentValue {
  if (value === undefined) return undefined;
  const { arrayValue, kvlistValue } = value;
  if (arrayValue) return arrayValue.values.map(sentValue);
  if (kvlistValue) return new Map(kvlistValue.values.map(member => [member.key, sentValue(member.value)]));
  return (
    value.stringValue ??
    value.boolValue ??
    value.intValue ??
    value.doubleValue ??
    value.bytesValue ??
    undefined
  );
}

/**
 * The value that a step gives to an attribute.
 *
 * @throws TypeError, RangeError for what cannot be one.
 */
export function settableValue(key: string, value: SettableValue): AnyValue {
  switch (typeof value) {
    case 'string':
      return { stringValue: sentText(value) };
    case 'boolean':
      return { boolValue: value };
    case 'number':
      return { doubleValue: value };
    case 'bigint':
      if (BigInt.asIntN(64, value) === value) return { intValue: value };
      throw new RangeError(`the attribute ${JSON.stringify(key)} is ${value}: must be an integer of 64 bits`);
  }
  throw new TypeError(
    `the attribute ${JSON.stringify(key)} is ${value === null ? 'null' : `an ${typeof value}`}: must be a string, a number, ` +
      'a bigint or a boolean',
  );
}

/** A text as if it had been sent: halves of pairs that stand alone have no bytes of their own. */
export function sentText(text: string): string {
  return text.isWellFormed() ? text : decodeText(encodeTextLossless(text));
}
