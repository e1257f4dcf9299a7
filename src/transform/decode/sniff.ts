const QUOTE = 0x22;
const CLOSE_BRACE = 0x7d;

/**
 * Does the record's value look like OTLP/JSON rather than protobuf? Looks at the first bytes only. No bytes at all are
 * protobuf: an empty request.
 *
 * A protobuf request begins with field 1, a length-delimited one: byte 0x0a. JSON may begin with
 * - `{` (0x7b), `[` (0x5b), `n` (0x6e) or a byte order mark (0xef): as protobuf, groups or wire types that do not exist;
 *   no request has them.
 * - space, tab or carriage return: as protobuf 0x20, 0x09 and 0x0d, fields that are not a request's either.
 * - line feed: 0x0a, the first byte of a protobuf request. So after white space `{` must follow, then white space, then
 *   `}` or a quote and the first character of a name. The one real protobuf request that shares that beginning is
 *   `\n { \n "`: ResourceSpans of 123 bytes whose resource has 34, but there the next byte is the tag of one of the
 *   resource's fields, a control character, which cannot be in a name. In all others the inner bytes would be tags of
 *   fields that do not exist or whose wire type is another.
 */
export function looksLikeJson(bytes: Uint8Array): boolean {
  const first = bytes[0];
  if (first === undefined) return false;
  if (first === 0x7b || first === 0x5b || first === 0x6e || first === 0xef) return true;
  const brace = skipWhiteSpace(bytes, 0);
  if (bytes[brace] !== 0x7b) return false;
  const member = skipWhiteSpace(bytes, brace + 1);
  if (bytes[member] === CLOSE_BRACE) return true;
  return bytes[member] === QUOTE && (bytes[member + 1] ?? 0) >= 0x20;
}

function skipWhiteSpace(bytes: Uint8Array, from: number): number {
  let i = from;
  while (bytes[i] === 0x20 || bytes[i] === 0x0a || bytes[i] === 0x0d || bytes[i] === 0x09) i++;
  return i;
}
