/** A string, which is passed over, or an integer of more digits than a double keeps. */
const STRING_OR_LARGE_INTEGER = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g;

/**
 * What `JSON.parse` makes of a text, but for integers that a double would round: those are texts, digit for digit.
 *
 * @throws SyntaxError
 */
export function parseExactJson(text: string): unknown {
  return JSON.parse(
    /\d{16}/.test(text)
      ? text.replace(STRING_OR_LARGE_INTEGER, found => (found.startsWith('"') ? found : `"${found}"`))
      : text,
  );
}
