/**
 * The members of a JSON object or the items of a JSON array, as the texts they are written with: `JSON.parse` would round
 * large integers and drop all but the last of equal keys. `null` when the text is a plain value.
 *
 * @param json valid JSON, as encodings show rows.
 */
export function jsonParts(json: string): { key: string | null; value: string }[] | null {
  const isObject = json.startsWith('{');
  if (!isObject && !json.startsWith('[')) return null;
  const parts: { key: string | null; value: string }[] = [];
  let key: string | null = null;
  let start = 1;
  let depth = 0;
  for (let at = 1; at < json.length; at++) {
    const character = json[at];
    if (character === '"') {
      at = endOfString(json, at);
    } else if (character === '{' || character === '[') {
      depth += 1;
    } else if (depth === 0 && isObject && character === ':') {
      key = JSON.parse(json.slice(start, at)) as string;
      start = at + 1;
    } else if (depth === 0 && (character === ',' || character === '}' || character === ']')) {
      const value = json.slice(start, at).trim();
      if (value !== '') parts.push({ key, value });
      start = at + 1;
    } else if (character === '}' || character === ']') {
      depth -= 1;
    }
  }
  return parts;
}

/** The index of the quote that ends the string which begins at `start`. */
function endOfString(json: string, start: number): number {
  for (let at = start + 1; at < json.length; at++) {
    if (json[at] === '\\') at += 1;
    else if (json[at] === '"') return at;
  }
  return json.length;
}
