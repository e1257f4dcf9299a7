import type { RowKind } from '../../tables/columns.js';
import { escapeHtml } from '../../values/json-text.js';
import { addedColumnsOf } from '../added-columns.js';
import type { RowEncoding } from '../encoding.js';
import { rowBytesMax } from '../row-bytes-max.js';
import type { EncodingSettings } from '../settings.js';
import { jsonColumns } from './add-columns.js';
import { clickhouseJsonEncoder, TIME_NOTATIONS } from './clickhouse.js';
import { describeRow } from './describe.js';
import { glassflowJsonEncoder } from './glassflow.js';
import { addRowId, ROW_ID_BYTES_MAX, splitRowId } from './row-id.js';
import { RowText } from './row-text.js';
import { rowsIn } from './rows-in.js';
import { shortenRow } from './shorten.js';
import { spanIds } from './span-ids.js';

/** `encoding: json`: a row is a JSON object without line breaks, and a message. */
export function jsonEncodings(settings: EncodingSettings): (kind: RowKind) => RowEncoding {
  const encoderOf = encoders(settings);
  const added = addedColumnsOf(settings);
  const isGlassflow = settings.row_format === 'glassflow';
  const timeText = isGlassflow ? TIME_NOTATIONS.text : TIME_NOTATIONS[settings.time_format];
  return kind => ({
    encode: encoderOf(kind),
    addColumns: jsonColumns(added[kind], timeText.nanoseconds, isGlassflow ? escapeHtml : json => json),
    rowIdBytesMax: ROW_ID_BYTES_MAX,
    addRowId,
    splitRowId,
    shorten: shortenRow,
    describe: describeRow,
    packing: null,
    rowsIn,
    spanIds,
    toJson: row => row.toString('utf8'),
  });
}

function encoders(settings: EncodingSettings): (kind: RowKind) => RowEncoding['encode'] {
  const { row_format, time_format, metric_time } = settings;
  const bytesMax = rowBytesMax(settings);
  if (row_format === 'glassflow') {
    const out = new RowText(bytesMax, escapeHtml);
    return kind => glassflowJsonEncoder(kind, out);
  }
  const out = new RowText(bytesMax);
  return kind => clickhouseJsonEncoder(kind, time_format, metric_time, out);
}
