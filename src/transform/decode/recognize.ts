import { isUtf8 } from 'node:buffer';
import { asBuffer } from '../../values/text.js';

/** Larger values are not decoded in another way only to say what they are. */
const TRIED_BYTES_MAX = 1024 * 1024;
/** Of the prefixes that are read as numbers; no request is so short. */
const PREFIX_BYTES_MAX = 9;
/** How much of a text is looked at for what no text has. */
const TEXT_BYTES = 4096;

/** What a value is that begins with these bytes, in hex. */
const BEGINNINGS: readonly [hex: string, what: string][] = [
  ['1f8b', compressedWith('gzip')],
  ['28b52ffd', compressedWith('zstd')],
  ['04224d18', compressedWith('lz4')],
  ['ff060000734e61507059', compressedWith('snappy')],
  ['82534e41505059', compressedWith('snappy')],
  ['7801', compressedWith('zlib')],
  ['785e', compressedWith('zlib')],
  ['789c', compressedWith('zlib')],
  ['78da', compressedWith('zlib')],
  ['425a68', compressedWith('bzip2')],
  ['fd377a585a00', compressedWith('xz')],
  ['4f626a01', 'an Avro container file'],
  ['50415231', 'a Parquet file'],
  ['fffe', 'text in UTF-16; JSON is UTF-8'],
  ['feff', 'text in UTF-16; JSON is UTF-8'],
  ['7b00', 'text in UTF-16; JSON is UTF-8'],
  ['007b00', 'text in UTF-16; JSON is UTF-8'],
];

/** What may stand in front of a request, and how long it is then. */
const PREFIXES: readonly {
  bytes: number[];
  is: (bytes: Buffer) => boolean;
  what: (bytes: Buffer) => string;
}[] = [
  {
    bytes: [5],
    is: bytes => bytes[0] === 0 && bytes.readUInt32BE(1) === bytes.length - 5,
    what: () =>
      'an export request behind the five bytes that gRPC puts before a message; write the message only',
  },
  {
    // The magic byte and the id; in protobuf also which message of the schema it is, usually one byte.
    bytes: [5, 6, 7, 8],
    is: bytes => bytes[0] === 0,
    what: bytes =>
      `an export request in Confluent wire format, schema id ${bytes.readUInt32BE(1)}; ${WITHOUT_REGISTRY}`,
  },
  {
    bytes: [9],
    is: bytes => bytes[0] === 0,
    what: bytes =>
      `an export request behind the id ${bytes.readBigUInt64BE(1)} of a schema registry; ${WITHOUT_REGISTRY}`,
  },
  {
    bytes: [18],
    is: bytes => bytes[0] === 3,
    what: () => `an export request behind the header of the AWS Glue schema registry; ${WITHOUT_REGISTRY}`,
  },
  {
    bytes: [4],
    is: bytes => bytes.readUInt32LE(0) === bytes.length - 4 || bytes.readUInt32BE(0) === bytes.length - 4,
    what: () => 'an export request behind its length; write the request only',
  },
  {
    bytes: [1, 2, 3],
    is: startsWithVarintLength,
    what: () => 'an export request behind its length; write the request only',
  },
];

const WITHOUT_REGISTRY = 'use a serializer that writes the bytes only';

/** A string, object, array or scalar: not `[INFO] …`, `2026-11-30 …` or `nothing`. */
const JSON_BEGIN =
  /^(?:[{"]|\[\s*(?:[[{"\]]|$|(?:-?[0-9.]+|true|false|null)\s*(?:[,\]]|$))|(?:-?[0-9.]+|true|false|null)\s*(?:\{|$))/;

/**
 * Says what a value is that is no export request, where that can be told: how it begins, or that it is a request in some
 * wrapping. It stands in the message of the dead letter in place of what a decoder stumbled over.
 *
 * @param isRequest whether other bytes are an export request, in JSON or protobuf.
 * @returns the predicate of a sentence about the value, undefined for what could be anything.
 */
export function recognize(value: Uint8Array, isRequest: (bytes: Uint8Array) => boolean): string | undefined {
  const bytes = asBuffer(value);
  const hex = bytes.toString('hex', 0, 10);
  return (
    BEGINNINGS.find(([beginning]) => hex.startsWith(beginning))?.[1] ??
    (bytes.length <= TRIED_BYTES_MAX ? recognizeWrapped(bytes, isRequest) : undefined) ??
    recognizeSchemaId(bytes) ??
    (isMapOfBinaryJson(bytes) ? 'MessagePack or CBOR' : undefined) ??
    recognizeText(bytes)
  );
}

function recognizeWrapped(bytes: Buffer, isRequest: (bytes: Uint8Array) => boolean): string | undefined {
  for (const { bytes: lengths, is, what } of PREFIXES) {
    if (bytes.length < PREFIX_BYTES_MAX || !is(bytes)) continue;
    if (lengths.some(length => isRequest(bytes.subarray(length)))) return what(bytes);
  }
  const text = bytes.toString('latin1').trim();
  if (/^[0-9a-fA-F]{2,}$/.test(text) && isRequest(Buffer.from(text, 'hex')))
    return 'an export request in hex digits; write the bytes themselves';
  if (/^[A-Za-z0-9+/_-]{4,}={0,2}$/.test(text) && isRequest(Buffer.from(text, 'base64')))
    return 'an export request in base64; write the bytes themselves';
  if (text.startsWith('"') && isRequest(Buffer.from(parsedString(bytes))))
    return 'an export request in a JSON string: it was encoded twice';
  return undefined;
}

/** The prefix of a schema registry before anything: small ids only, since a zero may begin anything else, too. */
function recognizeSchemaId(bytes: Buffer): string | undefined {
  if (bytes.length < 6 || bytes[0] !== 0 || bytes[1] !== 0) return undefined;
  const id = bytes.readUInt32BE(1);
  return id === 0
    ? undefined
    : `perhaps in Confluent wire format, schema id ${id}, but what follows is no export request`;
}

/** A map whose first key is a string. */
function isMapOfBinaryJson(bytes: Buffer): boolean {
  const [first = 0, second = 0] = bytes;
  const isMessagePack = first > 0x80 && first < 0x90 && ((second > 0xa0 && second < 0xc0) || second === 0xd9);
  const isCbor = ((first > 0xa0 && first < 0xb8) || first === 0xbf) && second > 0x60 && second < 0x7c;
  return isMessagePack || isCbor;
}

/** JSON is not among it: what is wrong with that, its reader says better. */
function recognizeText(bytes: Buffer): string | undefined {
  const begin = bytes.toString('latin1', 0, TEXT_BYTES);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: text has none but these.
  if (bytes.length === 0 || /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(begin) || !isUtf8(bytes))
    return undefined;
  const text = begin.replace(/^\xef\xbb\xbf/, '').trimStart();
  if (text === '') return bytes.length <= TEXT_BYTES ? 'nothing but white space' : undefined;
  if (JSON_BEGIN.test(text)) return undefined;
  if (/^<(?:[?!]|[a-z][\w:.-]*[\s/>])/i.test(text)) return 'XML or HTML';
  return 'text that is neither JSON nor protobuf';
}

function compressedWith(name: string): string {
  return `compressed with ${name}; let the Kafka producer compress (its compression.type), which every reader undoes by itself`;
}

function startsWithVarintLength(bytes: Buffer): boolean {
  const [a = 0, b = 0, c = 0] = bytes;
  const left = bytes.length;
  return (
    (a < 0x80 && a === left - 1) ||
    (a >= 0x80 && b < 0x80 && (a & 0x7f) + (b << 7) === left - 2) ||
    (a >= 0x80 && b >= 0x80 && c < 0x80 && (a & 0x7f) + ((b & 0x7f) << 7) + (c << 14) === left - 3)
  );
}

function parsedString(bytes: Buffer): string {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return typeof value === 'string' ? value : '';
  } catch {
    return '';
  }
}
