import { textsOf } from './json-texts.js';

const LISTED_TEXTS = 3;
const TEXT_BYTES_MIN = 128;
/** A key can be as long as a value. */
const PATH_MAX = 100;

/**
 * What makes a row large, for a person who must find where it came from: its ids and its longest texts, as the end of a
 * sentence. Empty when it has neither.
 */
export function describeRow(json: Buffer): string {
  const ids = ['TraceId', 'SpanId'].flatMap(name => {
    const id = new RegExp(`"${name}":"([0-9a-f]+)"`).exec(json.toString('latin1'))?.[1];
    return id === undefined ? [] : [`${name} ${id}`];
  });
  const longest = textsOf(json, TEXT_BYTES_MIN, '')
    .texts.map(({ path, start, end }) => ({ path, bytes: end - start }))
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, LISTED_TEXTS)
    .map(({ path, bytes }) => `${path.slice(0, PATH_MAX)} ${bytes}`);
  return [...ids, ...longest].map(part => `, ${part}`).join('');
}
