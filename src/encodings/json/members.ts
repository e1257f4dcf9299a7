const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];
const COLON = 0x3a;

/**
 * The strings that members of a JSON object hold, by the members' names: only members of the object itself, not of
 * objects within it, and only while all of `names` have not been found. Escapes are left as they are.
 *
 * Rows are many and have two ids that matter: this reads no further than it must, where `JSON.parse` takes a row apart.
 *
 * @returns null when the bytes are not one JSON object. What stands behind the last name found is not looked at.
 */
export function stringMembers(json: Buffer, names: ReadonlySet<string>): Map<string, string> | null {
  const found = new Map<string, string>();
  let at = skipBlanks(json, 0);
  if (json[at] !== OPEN_BRACE) return null;
  let depth = 0;
  /** The last string at depth 1: a name when a colon follows it. */
  let last = '';
  let name: string | null = null;
  for (; at < json.length; at += 1) {
    const byte = json[at];
    if (byte === QUOTE) {
      const end = endOfString(json, at + 1);
      if (end === json.length) return null;
      if (depth === 1) {
        // Most strings are longer than any name, and are no text before they are wanted.
        if (name !== null && names.has(name)) {
          found.set(name, json.toString('utf8', at + 1, end));
          if (found.size === names.size) return found;
        } else if (name === null) {
          last = json.toString('latin1', at + 1, end);
        }
      }
      at = end;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth += 1;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth -= 1;
      if (depth === 0) return skipBlanks(json, at + 1) === json.length ? found : null;
    } else if (depth === 1 && byte === COLON) {
      name = last;
    } else if (depth === 1 && byte === 0x2c) {
      name = null;
    }
  }
  return null;
}

/** Where the string that begins at `from` has its closing quote; the end of the bytes when it has none. */
function endOfString(json: Buffer, from: number): number {
  for (let at = from; at < json.length; at += 1) {
    if (json[at] === BACKSLASH) at += 1;
    else if (json[at] === QUOTE) return at;
  }
  return json.length;
}

function skipBlanks(json: Buffer, from: number): number {
  let at = from;
  while (json[at] === 0x20 || json[at] === 0x0a || json[at] === 0x0d || json[at] === 0x09) at += 1;
  return at;
}
