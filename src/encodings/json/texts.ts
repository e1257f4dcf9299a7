import { ITEM_ATTRIBUTES } from '../truncation.js';

/** A text in a row: a string that is a value, not a key. */
export interface JsonText {
  /** Where it stands: `SpanAttributes.http.url`, `Events.Attributes[].message`. */
  path: string;
  /** Of its bytes between the quotes, escapes as they are. */
  start: number;
  end: number;
}

export interface RowTexts {
  /** In input order. */
  texts: JsonText[];
  /**
   * Where an attribute `markerKey` belongs in the map of the item's own attributes, so that the map stays sorted; `null`
   * for a row without such a map.
   */
  marker: { at: number; first: boolean; last: boolean } | null;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const [OPEN_MAP, CLOSE_MAP] = [0x7b, 0x7d];
const [OPEN_LIST, CLOSE_LIST] = [0x5b, 0x5d];

/** An object or list that is being read. */
interface Open {
  isMap: boolean;
  /** The key whose value is being read, in its JSON text. */
  key: Buffer | null;
  expectsKey: boolean;
  isItemAttributes: boolean;
}

/**
 * Finds the texts of a row that are longer than `bytesMin`. Reads the row's JSON as it was encoded, without making values
 * of it: integers beyond 2^53 and doubled keys are not touched by what is done with the answer.
 *
 * @param json one JSON object, as an encoder of ours wrote it.
 */
export function textsOf(json: Buffer, bytesMin: number, markerKey: string): RowTexts {
  const texts: JsonText[] = [];
  const marker = Buffer.from(markerKey);
  const open: Open[] = [];
  let found: RowTexts['marker'] = null;
  for (let i = 0; i < json.length; i++) {
    const top = open.at(-1);
    switch (json[i]) {
      case QUOTE: {
        const start = i + 1;
        const end = endOfString(json, start);
        i = end;
        if (top?.expectsKey) {
          top.key = json.subarray(start, end);
          if (top.isItemAttributes && found === null && top.key.compare(marker) > 0) {
            found = { at: start - 1, first: true, last: false };
          }
        } else if (end - start > bytesMin) {
          texts.push({ path: pathOf(open), start, end });
        }
        break;
      }
      case OPEN_MAP:
        open.push({
          isMap: true,
          key: null,
          expectsKey: true,
          isItemAttributes: open.length === 1 && ITEM_ATTRIBUTES.has(String(top?.key)),
        });
        break;
      case OPEN_LIST:
        open.push({ isMap: false, key: null, expectsKey: false, isItemAttributes: false });
        break;
      case CLOSE_MAP:
      case CLOSE_LIST: {
        const closed = open.pop();
        if (closed?.isItemAttributes && found === null) {
          found = { at: i, first: closed.key === null, last: true };
        }
        break;
      }
      case COMMA:
        if (top?.isMap) top.expectsKey = true;
        break;
      case COLON:
        if (top?.isMap) top.expectsKey = false;
        break;
    }
  }
  return { texts, marker: found };
}

/** The position of the quote that ends a string. */
function endOfString(json: Buffer, start: number): number {
  for (let from = start; ; ) {
    const quote = json.indexOf(QUOTE, from);
    if (quote < 0) return json.length;
    let backslashes = 0;
    while (json[quote - 1 - backslashes] === BACKSLASH) backslashes++;
    // An even number of backslashes are escaped themselves.
    if (backslashes % 2 === 0) return quote;
    from = quote + 1;
  }
}

function pathOf(open: readonly Open[]): string {
  return open.map(({ isMap, key }, depth) => (isMap ? `${depth === 0 ? '' : '.'}${key}` : '[]')).join('');
}
