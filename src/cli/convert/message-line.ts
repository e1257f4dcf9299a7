import { isUtf8 } from 'node:buffer';
import type { Header } from '../../kafka/ports.js';
import { decodeText, wellFormed } from '../../values/text.js';
import type { ShownMessage } from './shown-messages.js';

/**
 * One output message as a line of JSON: `{"topic","key","headers","value"}`. `key` is `null` when there is none. A key
 * that is not UTF-8 has its bytes in `keyBase64` too, and one U+FFFD for each byte that is wrong in `key`; a value that
 * is not UTF-8 has `valueBase64` in place of `value`.
 *
 * @param file what it was made of, where that is not clear: `file` then comes first.
 */
export function renderMessageLine(
  { topic, key, value }: ShownMessage,
  headers: readonly Header[],
  file?: string,
): string {
  return JSON.stringify({
    ...(file === undefined ? {} : { file }),
    topic,
    key: key === null ? null : wellFormed(decodeText(key)),
    ...(key === null || isUtf8(key) ? {} : { keyBase64: key.toString('base64') }),
    headers: Object.fromEntries(headers.map(header => [header.key, header.value.toString('utf8')])),
    ...(isUtf8(value) ? { value: value.toString('utf8') } : { valueBase64: value.toString('base64') }),
  });
}
