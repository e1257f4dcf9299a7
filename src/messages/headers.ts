import { COPIED_HEADER_BYTES_MAX } from '../config/schema/outputs.js';
import type { Config } from '../config/schema.js';
import type { Header, InputRecord } from '../kafka/ports.js';
import type { Signal } from '../transform/decode/otlp.js';

/** Counts changes of the row shapes that a reader must know of. */
const ROW_SCHEMA_VERSION = '1';

/**
 * The headers that all messages of a record's rows have; undefined for none.
 *
 * @param signal null of a record without items, which has no messages.
 */
export type HeadersOf = (signal: Signal | null, record: InputRecord) => readonly Header[] | undefined;

/** As `headers` and `copy_headers` say. */
export function rowHeaders({
  headers,
  copy_headers,
  row_format,
}: Pick<Config, 'headers' | 'copy_headers' | 'row_format'>): HeadersOf {
  const isCopied = new Set(copy_headers);
  if (headers === 'none' && isCopied.size === 0) return () => undefined;
  return (signal, record) => {
    const copied = record.headers.filter(
      ({ key, value }) => isCopied.has(key) && value.length <= COPIED_HEADER_BYTES_MAX,
    );
    const own = headers === 'standard' && signal !== null ? standardHeaders(signal, row_format, record) : [];
    return own.length + copied.length === 0 ? undefined : [...own, ...copied];
  };
}

/** Whether two messages have the same headers, in the same order. */
export function sameHeaders(one: readonly Header[] = [], other: readonly Header[] = []): boolean {
  return (
    one === other ||
    (one.length === other.length &&
      one.every(({ key, value }, i) => other[i]?.key === key && other[i].value.equals(value)))
  );
}

/** `headers: standard`: what a row is and where it came from. `source` is left out where there is none (`convert`). */
export function standardHeaders(
  signal: Signal,
  rowFormat: string,
  source?: Pick<InputRecord, 'topic' | 'partition' | 'offset'>,
): Header[] {
  return [
    header('otelrows.signal', signal),
    header('otelrows.row_format', rowFormat),
    header('otelrows.schema_version', ROW_SCHEMA_VERSION),
    ...(source
      ? [
          header('otelrows.source.topic', source.topic),
          header('otelrows.source.partition', String(source.partition)),
          header('otelrows.source.offset', String(source.offset)),
        ]
      : []),
  ];
}

export function header(key: string, text: string): Header {
  return { key, value: Buffer.from(text, 'utf8') };
}
