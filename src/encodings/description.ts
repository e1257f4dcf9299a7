/** How a row is described that is too large, in every encoding. */

const LISTED_TEXTS = 3;
/** A key can be as long as a value. */
const PATH_MAX = 100;

/** Shorter texts do not make a row large. */
export const DESCRIBED_TEXT_BYTES_MIN = 128;

/** The columns whose values tell where a row comes from. */
export const DESCRIBED_IDS = ['TraceId', 'SpanId'] as const;

/**
 * What `RowEncoding.describe` answers.
 *
 * @param ids those that the row has, by their column.
 * @param texts of more than `DESCRIBED_TEXT_BYTES_MIN`: where each stands (`SpanAttributes.http.url`), and its bytes.
 */
export function describeTexts(
  ids: readonly { name: string; id: string }[],
  texts: readonly { path: string; bytes: number }[],
): string {
  const longest = [...texts]
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, LISTED_TEXTS)
    .map(({ path, bytes }) => `${path.slice(0, PATH_MAX)} ${bytes}`);
  return [...ids.map(({ name, id }) => `${name} ${id}`), ...longest].map(part => `, ${part}`).join('');
}
