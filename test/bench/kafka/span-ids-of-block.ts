import { blockHeader } from '../../../src/encodings/native/block-header.js';
import { nativeLayout } from '../../../src/encodings/native/columns.js';
import { VaruintReader } from '../../../src/encodings/native/varuint.js';
import { walk } from '../../../src/encodings/native/walk-row.js';

const LAYOUT = nativeLayout('traces', { row_format: 'clickhouse', metric_time: 'seconds' }, false);
const HEADER = blockHeader(LAYOUT);
/** The length of an id takes one byte. */
const LENGTH_BYTES = 1;

/**
 * The span ids in a block of spans, in hex, row by row. It goes no further than their column, so that a reader that measures
 * latency is not late itself.
 *
 * @throws Error for other bytes.
 */
export function spanIdsOfBlock(block: Buffer): string[] {
  const reader = new VaruintReader(block, 0);
  reader.number();
  const rowCount = reader.number() ?? 0;
  let { at } = reader;
  for (const [i, { name, parts }] of LAYOUT.columns.entries()) {
    const walked = walk(block, at + (HEADER.columns[i]?.length ?? 0), parts, rowCount);
    const offsets = walked?.data[0]?.offsets;
    if (!walked || !offsets) break;
    if (name === 'SpanId') {
      return offsets
        .slice(1)
        .map((end, row) => block.toString('latin1', (offsets[row] ?? 0) + LENGTH_BYTES, end));
    }
    at = walked.end;
  }
  throw new Error(`${block.length} bytes are no block of spans`);
}
