import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { InputInvalid } from '../../errors.js';
import { describeFileError } from '../../file-trouble.js';

const LENGTH_BYTES = 4;

export interface ReadOptions {
  /** Each record stands after its length (4 bytes, little-endian); otherwise the whole file is one. */
  lengthPrefixed: boolean;
  /** Larger records are refused before they are read into memory. */
  recordBytesMax: number;
}

/**
 * The records of a file, one at a time; `-` is standard input.
 * @throws InputInvalid when the file cannot be read, ends within a record, or holds one that is too large.
 */
export async function* readRecords(file: string, options: ReadOptions): AsyncGenerator<Buffer> {
  const chunks = readChunks(file);
  yield* options.lengthPrefixed
    ? splitRecords(chunks, nameOf(file), options.recordBytesMax)
    : wholeRecord(chunks, nameOf(file), options.recordBytesMax);
}

/** How a file is called in messages. */
export function nameOf(file: string): string {
  return file === '-' ? 'standard input' : file;
}

async function* readChunks(file: string): AsyncGenerator<Buffer> {
  const stream: Readable = file === '-' ? process.stdin : createReadStream(file);
  try {
    yield* stream;
  } catch (error) {
    throw new InputInvalid(`${nameOf(file)} ${describeFileError(error as NodeJS.ErrnoException)}`);
  }
}

async function* wholeRecord(
  chunks: AsyncIterable<Buffer>,
  name: string,
  bytesMax: number,
): AsyncGenerator<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > bytesMax)
      throw new InputInvalid(`${name} has more than ${bytesMax} bytes (limits.max_record_bytes)`);
    parts.push(chunk);
  }
  yield Buffer.concat(parts);
}

async function* splitRecords(
  chunks: AsyncIterable<Buffer>,
  name: string,
  bytesMax: number,
): AsyncGenerator<Buffer> {
  let recordNumber = 1;
  let held: Buffer[] = [];
  let heldBytes = 0;
  /** Bytes that must be held before the next step: of the length, then of length and record. */
  let neededBytes = LENGTH_BYTES;

  for await (const chunk of chunks) {
    held.push(chunk);
    heldBytes += chunk.length;
    // Joined only once there is enough, so that a record of many chunks is copied once.
    if (heldBytes < neededBytes) continue;
    let buffer = Buffer.concat(held);
    while (buffer.length >= LENGTH_BYTES) {
      const recordBytes = buffer.readUInt32LE(0);
      if (recordBytes > bytesMax)
        throw new InputInvalid(
          `${name}: message ${recordNumber} would have ${recordBytes} bytes, more than ${bytesMax} (limits.max_record_bytes); is the file length-prefixed (4 bytes, little-endian)?`,
        );
      neededBytes = LENGTH_BYTES + recordBytes;
      if (buffer.length < neededBytes) break;
      yield buffer.subarray(LENGTH_BYTES, neededBytes);
      recordNumber += 1;
      buffer = buffer.subarray(neededBytes);
      neededBytes = LENGTH_BYTES;
    }
    held = [buffer];
    heldBytes = buffer.length;
  }
  if (heldBytes > 0)
    throw new InputInvalid(
      heldBytes < LENGTH_BYTES
        ? `${name}: message ${recordNumber} is cut off within its length: ${heldBytes} of ${LENGTH_BYTES} bytes are there`
        : `${name}: message ${recordNumber} is cut off: ${heldBytes - LENGTH_BYTES} of ${neededBytes - LENGTH_BYTES} bytes are there`,
    );
}
