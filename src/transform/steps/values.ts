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
 * The value that a step gives to an attribute, or to the body of a log record.
 *
 * @param what it is the value of, for messages.
 * @throws TypeError, RangeError for what cannot be one.
 */
export function settableValue(what: string, value: SettableValue): AnyValue {
  switch (typeof value) {
    case 'string':
      return { stringValue: sentText(value) };
    case 'boolean':
      return { boolValue: value };
    case 'number':
      return { doubleValue: value };
    case 'bigint':
      if (BigInt.asIntN(64, value) === value) return { intValue: value };
      throw new RangeError(`${what} is ${value}: must be an integer of 64 bits`);
  }
  if (value instanceof Uint8Array) return { bytesValue: value };
  if (value instanceof Map) {
    const members = [...value].map(([key, member]) => ({
      key: sentText(String(key)),
      ...memberOf(what, member),
    }));
    return { kvlistValue: { values: members } };
  }
  if (Array.isArray(value)) {
    return { arrayValue: { values: value.map((element: SentValue) => memberOf(what, element).value ?? {}) } };
  }
  throw new TypeError(
    `${what} is ${value === null ? 'null' : `an ${typeof value}`}: must be a string, a number, a bigint, a boolean, bytes, ` +
      'a list or a Map',
  );
}

function memberOf(what: string, value: SentValue): { value?: AnyValue } {
  return value === undefined ? {} : { value: settableValue(what, value) };
}

/** Names an attribute in messages. */
export function attributeName(key: string): string {
  return `the attribute ${JSON.stringify(key)}`;
}

/** A text as if it had been sent: halves of pairs that stand alone have no bytes of their own. */
export function sentText(text: string): string {
  return text.isWellFormed() ? text : decodeText(encodeTextLossless(text));
}
