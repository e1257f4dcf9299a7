import { nativeLayout } from '../../src/encodings/native/columns.js';
import { nativeRowEncoder } from '../../src/encodings/native/encode-row.js';
import { RowBytes } from '../../src/encodings/native/row-bytes.js';
import { ROW_KINDS, type RowKind } from '../../src/tables/columns.js';
import { decodeRecord } from '../../src/transform/decode/decode-record.js';
import { explode } from '../../src/transform/explode/explode.js';
import { SHAPES } from '../../src/transform/explode/shape.js';
import { createPlainTransform } from '../../src/transform/plain-transform.js';
import { routesOf } from '../../src/transform/route.js';
import type { TransformRecord, TransformSettings } from '../../src/transform/transform-record.js';
import { withEncoding } from './all-kinds-on.js';

const ROW_BYTES_MAX = 64 * 1024 * 1024;

/** The plain engine with rows of some kinds in native encoding. */
export function createPlainNative(settings: TransformSettings): TransformRecord {
  const plain = createPlainTransform(withEncoding(structuredClone(settings), 'json', ROW_KINDS));
  const { max_nesting, max_items, max_record_bytes } = settings.limits;
  const limits = { maxNesting: max_nesting, maxItems: max_items, maxRecordBytes: max_record_bytes };
  const out = new RowBytes(ROW_BYTES_MAX);
  const routes = routesOf(settings);
  const encoders = Object.fromEntries(
    ROW_KINDS.map(kind => [kind, nativeRowEncoder(nativeLayout(kind, settings, false), out)]),
  ) as Record<RowKind, ReturnType<typeof nativeRowEncoder>>;
  return (signal, encoding, value) => {
    const made = plain(signal, encoding, value);
    const items = [...explode(decodeRecord(signal, encoding, value, limits), SHAPES[settings.row_format])];
    const messages = made.messages.map(message => {
      const item = items[message.itemIndex];
      if (item === undefined || (routes[item.kind].encoding as string) !== 'native') return message;
      return { ...message, value: encoders[item.kind](item.makeRow()) };
    });
    return { ...made, messages };
  };
}
