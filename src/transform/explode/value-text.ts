import { escapeHtml, numberText, quote } from '../../values/json-text.js';
import { asBuffer, sortedByBytes } from '../../values/text.js';
import type { AnyValue, KeyValue } from '../decode/otlp.js';
import { hex } from './ids.js';

/**
 * Any value as text, as `Value.AsString` of the collector's pdata (v1.67) makes it: attribute values in clickhouse
 * format, and in both formats the service name and the body of a log record.
 */
export function valueText(value: AnyValue | undefined): string {
  if (value === undefined) return '';
  if (value.stringValue !== undefined) return value.stringValue;
  if (value.boolValue !== undefined) return String(value.boolValue);
  if (value.intValue !== undefined) return String(value.intValue);
  if (value.doubleValue !== undefined) return numberText(value.doubleValue);
  if (value.bytesValue !== undefined) return base64(value.bytesValue);
  if (value.arrayValue !== undefined || value.kvlistValue !== undefined) return jsonText(value) ?? '';
  return '';
}

/** An attribute value as text, as glassflowexporter makes it: bytes in hex, the empty value as a word, no NaN. */
export function glassflowValueText(value: AnyValue | undefined): string {
  if (value?.stringValue !== undefined) return value.stringValue;
  if (value?.bytesValue !== undefined) return hex(value.bytesValue);
  return escapeHtml(jsonText(value) ?? '');
}

/**
 * A value as compact JSON: members of maps sorted by the bytes of their keys, the last one of equal keys, integers
 * exact, bytes in base64. The empty value is `null`, and so are bytes of length zero, which pdata copies into a nil slice.
 *
 * Recursion is bounded: the decoders refuse values nested beyond their limit.
 *
 * @returns undefined when a NaN or an infinity is anywhere inside: JSON cannot hold it.
 */
function jsonText(value: AnyValue | undefined): string | undefined {
  if (value === undefined) return 'null';
  if (value.stringValue !== undefined) return quote(value.stringValue);
  if (value.boolValue !== undefined) return String(value.boolValue);
  if (value.intValue !== undefined) return String(value.intValue);
  if (value.doubleValue !== undefined) {
    return Number.isFinite(value.doubleValue) ? numberText(value.doubleValue) : undefined;
  }
  if (value.bytesValue !== undefined) {
    return value.bytesValue.length === 0 ? 'null' : `"${base64(value.bytesValue)}"`;
  }
  if (value.arrayValue !== undefined) {
    const elements = value.arrayValue.values.map(jsonText);
    return elements.includes(undefined) ? undefined : `[${elements.join()}]`;
  }
  if (value.kvlistValue !== undefined) {
    const members = lastMemberOfEachKey(value.kvlistValue.values).map(member => {
      const text = jsonText(member.value);
      return text === undefined ? undefined : `${quote(member.key)}:${text}`;
    });
    return members.includes(undefined) ? undefined : `{${members.join()}}`;
  }
  return 'null';
}

function lastMemberOfEachKey(members: readonly KeyValue[]): KeyValue[] {
  return sortedByBytes(members, ({ key }) => key).filter(({ key }, i, sorted) => key !== sorted[i + 1]?.key);
}

function base64(bytes: Uint8Array): string {
  return asBuffer(bytes).toString('base64');
}
