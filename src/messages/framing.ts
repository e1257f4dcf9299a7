import type { Input } from '../config/inputs.js';
import { PoisonRecord } from '../errors.js';

/** What stands before the value proper, and how long it is. */
export interface Prefix {
  bytes: number;
  schemaId: number;
}

const MAGIC = 0;
/** The magic byte and the id. */
const ID_BYTES = 5;
/** Messages within messages: no schema of an export request nests deeper. */
const DEPTH_MAX = 4;

/**
 * The prefix that serializers of Confluent's and others' schema registries write: the byte 0, the schema's id in four bytes,
 * and with a schema in protobuf which of its messages it is.
 *
 * With `auto` every value that begins with byte 0 has one. That is certain: no request begins so. In protobuf it would be the
 * tag of field number 0, which the format forbids; JSON begins with a bracket, `null`, white space or a byte order mark. So
 * is where the list of message indexes ends: it begins with byte 0, or with 2, 4, 6 or 8 for one to four indexes, which in
 * protobuf would be field number 0 again or, 8, a first field that is a number, and the first of a request is its list of
 * resources. The five bytes that gRPC puts before a message look like an id, and are passed over all the same.
 * https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format
 *
 * @returns null where there is none.
 * @throws PoisonRecord for a prefix with nothing behind it, and with `confluent` for a value without one.
 */
export function prefixOf(value: Buffer, framing: Input['framing']): Prefix | null {
  if (framing === 'none' || value.length === 0) return null;
  if (value[0] !== MAGIC) {
    if (framing === 'auto') return null;
    throw new PoisonRecord(
      'malformed',
      `does not begin with byte 0 as values in Confluent wire format do (inputs[].framing is confluent), but with ${value[0]}`,
      { byteOffset: 0 },
    );
  }
  if (value.length <= ID_BYTES) {
    throw new PoisonRecord(
      'malformed',
      `begins as Confluent wire format, and has ${value.length} bytes: nothing is behind the id of the schema`,
    );
  }
  return { bytes: ID_BYTES + indexesBytes(value.subarray(ID_BYTES)), schemaId: value.readUInt32BE(1) };
}

/** How many bytes the list of message indexes has: a count and indexes, each a zigzag varint, or one 0 for the list `[0]`. */
function indexesBytes(bytes: Buffer): number {
  const [first = 0] = bytes;
  if (first === 0) return 1;
  if (first % 2 === 1 || first > 2 * DEPTH_MAX) return 0;
  let end = 1;
  for (let left = first / 2; left > 0; left--) {
    while ((bytes[end] ?? 0) >= 0x80) end++;
    end++;
  }
  return Math.min(end, bytes.length);
}
