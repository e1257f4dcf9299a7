import { isUtf8 } from 'node:buffer';
import type { Header } from '../../kafka/ports.js';
import { decodeText, wellFormed } from '../../transform/decode/text.js';
import type { OutputMessage } from '../../transform/transform-record.js';

/**
 * One output message as a line of JSON: `{"topic","key","headers","value"}`. `key` is `null` when there is none. A key
 * that is not UTF-8 has its bytes in `keyBase64` too, and one U+FFFD for each byte that is wrong in `key`; a value that
 * is not UTF-8 has `valueBase64` in place of `value`.
 */
export function renderMessageLine({ topic, key, value }: OutputMessage, headers: readonly Header[]): string {
  return JSON.stringify({
    topic,
    key: key === null ? null : wellFormed(decodeText(key)),
    ...(key === null || isUtf8(key) ? {} : { keyBase64: key.toString('base64') }),
    headers: Object.fromEntries(headers.map(header => [header.key, header.value.toString('utf8')])),
    ...(isUtf8(value) ? { value: value.toString('utf8') } : { valueBase64: value.toString('base64') }),
  });
}
