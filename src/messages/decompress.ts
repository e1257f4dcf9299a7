import zlib from 'node:zlib';
import { PoisonRecord } from '../errors.js';
import type { Said } from './input-headers.js';
import { beginsAsSnappy, NotSnappy, SnappyTooLarge, unsnappy } from './snappy.js';

type Codec = 'gzip' | 'zlib' | 'zstd' | 'snappy';

/** What a value was, compressed by its sender and not by the Kafka client, which would have undone it. */
export interface Decompressed {
  codec: Codec;
  value: Buffer;
}

/** Beginnings that no request has: in protobuf, wire types that do not exist or numbers before the list of resources. */
const BEGINNINGS: readonly [codec: Codec, begins: (bytes: Buffer) => boolean][] = [
  ['gzip', bytes => bytes[0] === 0x1f && bytes[1] === 0x8b],
  ['zstd', bytes => bytes.length > 4 && bytes.readUInt32LE(0) === 0xfd2fb528],
  // The two bytes are a number that 31 divides, and no text begins with the second.
  ['zlib', bytes => bytes[0] === 0x78 && [0x01, 0x9c, 0xda].includes(bytes[1] ?? 0)],
  ['snappy', beginsAsSnappy],
];

const CODEC_OF_HEADER: Readonly<Record<string, Codec>> = {
  gzip: 'gzip',
  'x-gzip': 'gzip',
  zlib: 'zlib',
  deflate: 'zlib',
  zstd: 'zstd',
  snappy: 'snappy',
  'x-snappy': 'snappy',
  'x-snappy-framed': 'snappy',
};

/** A request begins with its list of resources, or as JSON. */
const REQUEST_BEGINNINGS = [0x0a, 0x7b];

/**
 * Undoes what the sender compressed the value with. How it begins decides; only snappy without anything around it, which
 * begins with any byte, is known by the header `content-encoding` alone.
 *
 * @param bytesMax how much it may become. No more is ever made, whatever the value claims.
 * @returns null for what is not compressed.
 * @throws PoisonRecord
 */
export function decompress(
  value: Buffer,
  said: Said<string> | undefined,
  bytesMax: number,
): Decompressed | null {
  const codec = BEGINNINGS.find(([, begins]) => begins(value))?.[0] ?? codecByHeader(value, said);
  if (codec === null) return null;
  try {
    return { codec, value: DECOMPRESS[codec](value, bytesMax) };
  } catch (error) {
    throw refusalOf(codec, error, bytesMax);
  }
}

function codecByHeader(value: Buffer, said: Said<string> | undefined): 'snappy' | null {
  if (said === undefined) return null;
  const codec = CODEC_OF_HEADER[said.value];
  if (codec === 'snappy') return codec;
  // Someone on the way may have decompressed it and left the header.
  if (value.length === 0 || REQUEST_BEGINNINGS.includes(value[0] as number)) return null;
  const problem =
    codec === undefined
      ? `the value is compressed as otelrows does not read it (its header says ${said.header}): gzip, zlib, zstd and snappy are read`
      : `the value does not begin as ${codec} does, though its header says ${said.header}`;
  throw new PoisonRecord('malformed', problem);
}

const DECOMPRESS: Record<Codec, (value: Buffer, bytesMax: number) => Buffer> = {
  gzip: (value, bytesMax) =>
    zlib.gunzipSync(value, { maxOutputLength: bytesMax, chunkSize: gzipChunkBytes(value, bytesMax) }),
  zlib: (value, bytesMax) => zlib.inflateSync(value, { maxOutputLength: bytesMax }),
  zstd: (value, bytesMax) => zstdOf(zlib)(value, { maxOutputLength: bytesMax }),
  snappy: unsnappy,
};

/** zlib's own, and the least that is taken at a time. */
const CHUNK_BYTES = 16 * 1024;

/**
 * How much to make at a time: all of it, which the last four bytes tell (RFC 1952, ISIZE). What comes in more than one piece
 * is put together at the end, and is there twice then. Whoever lies there gains nothing: memory that is not written to is not
 * taken.
 */
function gzipChunkBytes(value: Buffer, bytesMax: number): number {
  const told = value.length < 4 ? 0 : value.readUInt32LE(value.length - 4);
  // One more, or zlib would ask for another piece to see that nothing is left.
  return Math.max(CHUNK_BYTES, Math.min(told, bytesMax) + 1);
}

/** Not in the types of Node 20, nor in Node 20. */
interface WithZstd {
  zstdDecompressSync?: (value: Buffer, options: { maxOutputLength: number }) => Buffer;
}

function zstdOf(module: object) {
  const { zstdDecompressSync }: WithZstd = module;
  if (zstdDecompressSync) return zstdDecompressSync;
  throw new PoisonRecord(
    'malformed',
    `the value is compressed with zstd, which Node reads from 22.15 on, and this is ${process.versions.node}; ` +
      'run otelrows on a newer Node, or let the Kafka producer compress (its compression.type), which every reader undoes by itself',
  );
}

function refusalOf(codec: Codec, error: unknown, bytesMax: number): unknown {
  if (error instanceof PoisonRecord) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof SnappyTooLarge || code === 'ERR_BUFFER_TOO_LARGE') {
    return new PoisonRecord(
      'bytes_limit',
      `decompressed with ${codec}, the record has more than ${bytesMax} bytes (limits.max_record_bytes)`,
    );
  }
  // zlib's own errors all have one of its codes: want of memory, which is not the record's fault, has another.
  if (error instanceof NotSnappy || /^(Z_|ZSTD_)/.test(code ?? '')) {
    return new PoisonRecord('malformed', `the value is compressed with ${codec}, and damaged: ${message}`);
  }
  return error;
}
