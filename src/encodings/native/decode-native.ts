import { defaultConfig } from '../../config/schema.js';
import type { RowKind } from '../../tables/columns.js';
import type { RowOf } from '../../tables/row.js';
import { addedColumnsOf, type ColumnValue } from '../added-columns.js';
import { jsonEncodings } from '../json/json.js';
import type { EncodingSettings } from '../settings.js';
import { nativeLayout } from './columns.js';
import { decodeRow } from './decode-row.js';
import { blockReader } from './read-block.js';
import { rowIdSplitter } from './row-id.js';
import { toJson, withSignedDuration } from './to-json.js';

/** A row of a block. */
export interface NativeRow<Kind extends RowKind = RowKind> {
  /** Of times in whole seconds, as metrics have them, these are all that is left. With `row_format: glassflow` without `EventName`. */
  readonly row: RowOf<Kind>;
  /** The columns that rules add, by name. */
  readonly added: Readonly<Record<string, ColumnValue>>;
  /** The row's id, where the block has ids (`row_id: column`). */
  readonly rowId: string | null;
}

/**
 * The rows of a message that was written with `encoding: native`, a block of ClickHouse's Native format: the inverse of what a
 * worker writes. Blocks with and without ids are read alike.
 *
 * @param settings the config that the block was written by, as far as it changes columns: `row_format`, `metric_time` and rules
 *   that promote attributes; without it, the default one.
 * @throws TypeError when the bytes are no block with the columns of this kind of row.
 */
export function decodeNative<Kind extends RowKind>(
  kind: Kind,
  block: Uint8Array,
  settings: EncodingSettings = defaultConfig(),
): NativeRow<Kind>[] {
  const { rows, layout, added } = readBlock(kind, block, settings);
  return rows.map(({ row, rowId }) => {
    const decoded = decodeRow(row, layout, added);
    if (decoded === null) throw noBlock(kind, block);
    const values = added.map(({ name }, i) => [name, decoded.added[i] ?? null] as const);
    return {
      row: (settings.row_format === 'glassflow'
        ? withSignedDuration(decoded.row)
        : decoded.row) as RowOf<Kind>,
      added: Object.fromEntries(values),
      rowId,
    };
  });
}

/**
 * The same rows as JSON: of each the text that `encoding: json` has for it, without its id. Numbers beyond 2^53 have all digits.
 *
 * @throws TypeError as `decodeNative` does.
 */
export function decodeNativeToJson(
  kind: RowKind,
  block: Uint8Array,
  settings: EncodingSettings = defaultConfig(),
): string[] {
  const { rows, layout, added } = readBlock(kind, block, settings);
  const json = jsonEncodings(settings)(kind);
  return rows.map(({ row }) => {
    const text = toJson(row, layout, added, json);
    if (text === null) throw noBlock(kind, block);
    return text;
  });
}

function readBlock(kind: RowKind, block: Uint8Array, settings: EncodingSettings) {
  const added = addedColumnsOf(settings)[kind];
  const layout = nativeLayout(kind, settings, false, added);
  const withId = nativeLayout(kind, settings, true, added);
  const rows =
    blockReader(layout)(block)?.map(row => ({ row, rowId: null })) ??
    blockReader(withId)(block)?.map(rowIdSplitter(withId));
  if (rows === undefined) throw noBlock(kind, block);
  return { rows, layout, added };
}

function noBlock(kind: RowKind, { length }: Uint8Array): TypeError {
  return new TypeError(
    `${length} bytes are no block of ClickHouse's Native format with the columns of ${kind}: look at row_format, metric_time ` +
      'and promoted columns of the settings that it was written by',
  );
}
