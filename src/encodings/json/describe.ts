import { DESCRIBED_IDS, DESCRIBED_TEXT_BYTES_MIN, describeTexts } from '../description.js';
import { textsOf } from './texts.js';

/** See `RowEncoding.describe`. */
export function describeRow(json: Buffer): string {
  const ids = DESCRIBED_IDS.flatMap(name => {
    const id = new RegExp(`"${name}":"([0-9a-f]+)"`).exec(json.toString('latin1'))?.[1];
    return id === undefined ? [] : [{ name, id }];
  });
  const { texts } = textsOf(json, DESCRIBED_TEXT_BYTES_MIN, '');
  return describeTexts(
    ids,
    texts.map(({ path, start, end }) => ({ path, bytes: end - start })),
  );
}
