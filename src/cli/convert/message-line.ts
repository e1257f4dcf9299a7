import { isUtf8 } from 'node:buffer';
import type { Header } from '../../kafka/ports.js';
import type { OutputMessage } from '../../transform/transform-record.js';

/**
 * One output message as a line of JSON: `{"topic","key","headers","value"}`. `key` is `null` when there is none. A key
 * that is not UTF-8 has its bytes in `keyBase64` too; a value that is not has `valueBase64` in place of `value`.
 */
export function renderMessageLine({ topic, key, value }: OutputMessage, headers: readonly Header[]): string {
  return JSON.stringify({
    topic,
    key: key === null ? null : key.toString('utf8'),
    ...(key === null || isUtf8(key) ? {} : { keyBase64: key.toString('base64') }),
    headers: Object.fromEntries(headers.map(header => [header.key, header.value.toString('utf8')])),
    ...(isUtf8(value) ? { value: value.toString('utf8') } : { valueBase64: value.toString('base64') }),
  });
}
