import { DESCRIBED_IDS, DESCRIBED_TEXT_BYTES_MIN, describeTexts } from '../description.js';
import type { NativeLayout } from './columns.js';
import { columnsIn, longTexts, textOfColumn } from './texts.js';

/** See `RowEncoding.describe`. */
export function describeRow(row: Buffer, layout: NativeLayout): string {
  const columns = columnsIn(row, layout);
  if (columns === null) return '';
  const ids = DESCRIBED_IDS.flatMap(name => {
    const id = textOfColumn(row, columns, name);
    return id ? [{ name, id }] : [];
  });
  const texts = longTexts(row, columns, DESCRIBED_TEXT_BYTES_MIN);
  return describeTexts(
    ids,
    texts.map(({ path, start, end }) => ({ path, bytes: end - start })),
  );
}
