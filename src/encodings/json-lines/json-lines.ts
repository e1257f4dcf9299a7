import type { RowKind } from '../../tables/columns.js';
import type { RowEncoding } from '../encoding.js';
import { jsonEncodings } from '../json/json.js';
import type { EncodingSettings } from '../settings.js';
import { joinLines } from './join.js';

/** `encoding: json_lines`: rows as JSON, of one record and key several in a message, a newline between them. */
export function jsonLinesEncodings(settings: EncodingSettings): (kind: RowKind) => RowEncoding {
  const jsonEncoding = jsonEncodings(settings);
  return kind => ({
    ...jsonEncoding(kind),
    packing: {
      holds: 'rows_of_key',
      frameBytesMax: 0,
      betweenBytes: 1,
      bytesMax: settings.json_lines.max_bytes,
      rowsMax: Number.POSITIVE_INFINITY,
      join: joinLines,
    },
  });
}
