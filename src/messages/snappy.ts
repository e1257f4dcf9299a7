/** A value that says it is snappy's, and is not. */
export class NotSnappy extends Error {
  override readonly name = 'NotSnappy';
}

/** It would become more bytes than are allowed. */
export class SnappyTooLarge extends Error {
  override readonly name = 'SnappyTooLarge';
}

const STREAM_BEGIN = Buffer.from('ff060000734e61507059', 'hex');
const JAVA_BEGIN = Buffer.from('82534e4150505900', 'hex');
/** The beginning, and two version numbers. */
const JAVA_HEADER_BYTES = 16;

/** Whether a value begins as one of the two forms of snappy that can be told by it: the framing format, and snappy-java's. */
export function beginsAsSnappy(bytes: Buffer): boolean {
  return (
    bytes.subarray(0, STREAM_BEGIN.length).equals(STREAM_BEGIN) ||
    bytes.subarray(0, JAVA_BEGIN.length).equals(JAVA_BEGIN)
  );
}

/**
 * Decompresses snappy: the framing format, snappy-java's stream of blocks, or, as most clients write it, one block and
 * nothing around it. Check sums are passed over: Kafka has its own around every batch.
 * https://github.com/google/snappy/blob/main/format_description.txt
 * https://github.com/google/snappy/blob/main/framing_format.txt
 *
 * @throws NotSnappy, SnappyTooLarge
 */
export function unsnappy(bytes: Buffer, bytesMax: number): Buffer {
  const blocks = bytes.subarray(0, STREAM_BEGIN.length).equals(STREAM_BEGIN)
    ? framedBlocks(bytes)
    : bytes.subarray(0, JAVA_BEGIN.length).equals(JAVA_BEGIN)
      ? javaBlocks(bytes)
      : [{ block: bytes, stored: false }];
  const parts: Buffer[] = [];
  let left = bytesMax;
  for (const { block, stored } of blocks) {
    if (stored && block.length > left) throw new SnappyTooLarge();
    const part = stored ? block : decompressBlock(block, left);
    left -= part.length;
    parts.push(part);
  }
  return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
}

interface Block {
  block: Buffer;
  /** Not compressed. */
  stored: boolean;
}

const CHECKSUM_BYTES = 4;

function* framedBlocks(bytes: Buffer): Generator<Block> {
  for (let at = 0; at < bytes.length; ) {
    if (at + 4 > bytes.length) throw new NotSnappy('cut off');
    const type = bytes[at] ?? 0;
    const start = at + 4;
    at = start + bytes.readUIntLE(at + 1, 3);
    if (at > bytes.length) throw new NotSnappy('cut off');
    if (type <= 1) yield { block: bytes.subarray(start + CHECKSUM_BYTES, at), stored: type === 1 };
    // From 0x80 on they are padding, beginnings and what may be passed over.
    else if (type < 0x80) throw new NotSnappy(`has a chunk of type ${type}`);
  }
}

function* javaBlocks(bytes: Buffer): Generator<Block> {
  for (let at = JAVA_HEADER_BYTES; at < bytes.length; ) {
    if (at + 4 > bytes.length) throw new NotSnappy('cut off');
    const start = at + 4;
    at = start + bytes.readUInt32BE(at);
    if (at > bytes.length) throw new NotSnappy('cut off');
    yield { block: bytes.subarray(start, at), stored: false };
  }
}

/** One block: its length, then literals and copies of what was before. The length is believed only within `bytesMax`. */
function decompressBlock(bytes: Buffer, bytesMax: number): Buffer {
  let at = 0;
  let length = 0;
  for (let shift = 1, more = true; more; shift *= 128) {
    const byte = bytes[at++];
    if (byte === undefined || shift > 128 ** 4) throw new NotSnappy('has no length');
    length += (byte & 0x7f) * shift;
    more = byte >= 0x80;
  }
  if (length > bytesMax) throw new SnappyTooLarge();
  // A byte of it becomes 64 at most: nobody has us set aside much by a few bytes.
  if (length > 64 * bytes.length) throw new NotSnappy('cut off');
  const output = Buffer.allocUnsafe(length);
  let end = 0;
  while (at < bytes.length) {
    const tag = bytes[at++] as number;
    const type = tag & 3;
    if (type === 0) {
      const extra = Math.max(0, (tag >>> 2) - 59);
      if (at + extra > bytes.length) throw new NotSnappy('cut off');
      const count = (extra === 0 ? tag >>> 2 : bytes.readUIntLE(at, extra)) + 1;
      at += extra;
      if (count > bytes.length - at || count > length - end) throw new NotSnappy('cut off');
      end += bytes.copy(output, end, at, at + count);
      at += count;
      continue;
    }
    const offsetBytes = type === 3 ? 4 : type;
    if (at + offsetBytes > bytes.length) throw new NotSnappy('cut off');
    const offset =
      type === 1 ? ((tag >>> 5) << 8) | (bytes[at] as number) : bytes.readUIntLE(at, offsetBytes);
    const count = type === 1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1;
    at += offsetBytes;
    if (offset === 0 || offset > end || count > length - end) throw new NotSnappy('copies what is not there');
    // Byte by byte: a copy may reach into what it has just written.
    for (let i = 0; i < count; i++, end++) output[end] = output[end - offset] as number;
  }
  if (end !== length) throw new NotSnappy('cut off');
  return output;
}
