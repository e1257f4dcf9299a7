import type { RowKind } from '../../tables/columns.js';
import { addedColumnsOf } from '../added-columns.js';
import type { RowEncoding } from '../encoding.js';
import { jsonEncodings } from '../json/json.js';
import { rowBytesMax } from '../row-bytes-max.js';
import type { EncodingSettings } from '../settings.js';
import { nativeColumns } from './add-columns.js';
import { nativeLayout } from './columns.js';
import { describeRow } from './describe.js';
import { nativeRowEncoder } from './encode-row.js';
import { fastRowJoiners } from './fast-join.js';
import { blockFrameBytesMax, rowJoiner } from './join-rows.js';
import { blockReader } from './read-block.js';
import { RowBytes } from './row-bytes.js';
import { addRowId, ROW_ID_BYTES_MAX, rowIdSplitter } from './row-id.js';
import { shortenRow } from './shorten.js';
import { spanIds } from './span-ids.js';
import { toJson } from './to-json.js';

type NativeSettings = EncodingSettings & { readonly native: { max_bytes: number; max_rows: number } };

/**
 * `encoding: native`: a message is one block of ClickHouse's Native format. A row is what a block of it alone has after the
 * names and types of its columns, so it takes as many bytes in any block as alone.
 */
export function nativeEncodings(settings: NativeSettings): (kind: RowKind) => RowEncoding {
  const out = new RowBytes(rowBytesMax(settings));
  const jsonEncoding = jsonEncodings(settings);
  const joinerOf = settings.transform.engine === 'plain' ? rowJoiner : fastRowJoiners();
  const addedColumns = addedColumnsOf(settings);
  return kind => {
    const added = addedColumns[kind];
    const plain = nativeLayout(kind, settings, false, added);
    const withId = nativeLayout(kind, settings, true, added);
    const sent = settings.row_id === 'column' ? withId : plain;
    const splitRowId = rowIdSplitter(withId);
    const [readPlain, readWithId] = [blockReader(plain), blockReader(withId)];
    return {
      encode: nativeRowEncoder(plain, out),
      addColumns: nativeColumns(added),
      rowIdBytesMax: ROW_ID_BYTES_MAX,
      addRowId,
      splitRowId,
      shorten: (row, bytesMax) => shortenRow(row, sent, bytesMax),
      describe: row => describeRow(row, sent),
      packing: {
        holds: 'rows_of_partition',
        frameBytesMax: blockFrameBytesMax(sent),
        betweenBytes: 0,
        bytesMax: settings.native.max_bytes,
        rowsMax: settings.native.max_rows,
        join: joinerOf(sent),
      },
      rowsIn: message =>
        // As before and after a change of `row_id`, whatever it is now.
        readPlain(message)?.map(row => ({ row, rowId: null })) ??
        readWithId(message)?.map(splitRowId) ?? [{ row: message, rowId: null }],
      spanIds: row => spanIds(row, plain),
      toJson: row => toJson(row, plain, added, jsonEncoding(kind)),
    };
  };
}
