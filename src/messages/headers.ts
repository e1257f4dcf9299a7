import type { Header, InputRecord } from '../kafka/ports.js';
import type { Signal } from '../transform/decode/otlp.js';

/** Counts changes of the row shapes that a reader must know of. */
const ROW_SCHEMA_VERSION = '1';

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
