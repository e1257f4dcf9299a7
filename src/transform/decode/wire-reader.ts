import { asBuffer } from '../../values/text.js';
import {
  WIRE_32_BIT,
  WIRE_64_BIT,
  WIRE_GROUP_END,
  WIRE_GROUP_START,
  WIRE_LENGTH,
  WIRE_VARINT,
} from './schema.js';
import type { Walk } from './walk.js';

/** A varint of 64 bits has at most ten bytes. */
const VARINT_BYTES_MAX = 10;

/**
 * Reads the parts of the protobuf wire format, one after the other, and never beyond `end`.
 * Each read throws PoisonRecord when its bytes are cut off or make no sense.
 * https://protobuf.dev/programming-guides/encoding/
 */
export class WireReader {
  readonly bytes: Buffer;
  offset = 0;
  /** End of the message being read: the reads of a sub-message must not run into its parent. */
  end: number;
  /** The last varint read, as two unsigned halves. */
  low = 0;
  high = 0;
  private readonly view: DataView;
  private readonly walk: Walk;

  constructor(bytes: Uint8Array, walk: Walk) {
    this.bytes = asBuffer(bytes);
    this.end = bytes.length;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.walk = walk;
  }

  /** Field number times 8 plus wire type. */
  readTag(): number {
    const start = this.offset;
    this.readVarint();
    if (this.high !== 0) throw this.malformed('field number out of range', start);
    if (this.low >>> 3 === 0) throw this.malformed('field number 0 is not allowed', start);
    return this.low;
  }

  /** Into `low` and `high`. Bits beyond the 64th are dropped, as Go's readers do. */
  readVarint(): void {
    const { bytes, end } = this;
    const start = this.offset;
    let offset = start;
    let byte = 0x80;
    let low = 0;
    let high = 0;
    for (let shift = 0; byte >= 0x80; shift += 7) {
      if (offset >= end) throw this.truncated(offset);
      if (offset - start >= VARINT_BYTES_MAX) throw this.malformed('varint of more than 10 bytes', start);
      byte = bytes[offset++] ?? 0;
      const bits = byte & 0x7f;
      if (shift < 28) {
        low |= bits << shift;
      } else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else {
        high |= bits << (shift - 32);
      }
    }
    this.offset = offset;
    this.low = low >>> 0;
    this.high = high >>> 0;
  }

  readBool(): boolean {
    this.readVarint();
    return this.low !== 0 || this.high !== 0;
  }

  readUint32(): number {
    this.readVarint();
    return this.low;
  }

  /** Also enums: an int32 is sign-extended to 64 bits on the wire, its low half is all there is to it. */
  readInt32(): number {
    this.readVarint();
    return this.low | 0;
  }

  /** Of a varint with more than 32 bits, the zigzag is undone first and then the upper bits are dropped, as in Go. */
  readSint32(): number {
    this.readVarint();
    return ((this.low >>> 1) | (this.high << 31)) ^ -(this.low & 1);
  }

  readUint64(): bigint {
    this.readVarint();
    return this.high === 0 ? BigInt(this.low) : (BigInt(this.high) << 32n) | BigInt(this.low);
  }

  readInt64(): bigint {
    this.readVarint();
    return this.high === 0 ? BigInt(this.low) : (BigInt(this.high | 0) << 32n) | BigInt(this.low);
  }

  readFixed32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  readFixed64(): bigint {
    return this.view.getBigUint64(this.take(8), true);
  }

  readSfixed64(): bigint {
    return this.view.getBigInt64(this.take(8), true);
  }

  readDouble(): number {
    return this.view.getFloat64(this.take(8), true);
  }

  /** Reads a length and answers where the bytes it announces end; `offset` is where they begin. */
  readLength(): number {
    const start = this.offset;
    this.readVarint();
    const left = this.end - this.offset;
    if (this.high !== 0 || this.low > left) {
      const length = this.high * 2 ** 32 + this.low;
      throw this.malformed(`cut off: a length of ${length} is announced, ${left} bytes are left`, start);
    }
    return this.offset + this.low;
  }

  /** Passes over the value of a field that the schema does not know. Groups may hold groups; no recursion. */
  skip(tag: number): void {
    let openGroups = 0;
    for (let next = tag; ; next = this.readTag()) {
      const start = this.offset;
      switch (next & 7) {
        case WIRE_VARINT:
          this.readVarint();
          break;
        case WIRE_64_BIT:
          this.take(8);
          break;
        case WIRE_LENGTH:
          this.offset = this.readLength();
          break;
        case WIRE_GROUP_START:
          if (++openGroups > this.walk.limits.maxNesting) {
            const problem = `groups of an unknown field nested more than ${this.walk.limits.maxNesting} deep`;
            throw this.walk.poison('nesting_limit', problem, start);
          }
          break;
        case WIRE_GROUP_END:
          if (--openGroups < 0) throw this.malformed('end of a group that was not begun', start);
          break;
        case WIRE_32_BIT:
          this.take(4);
          break;
        default:
          throw this.malformed(`wire type ${next & 7} does not exist`, start);
      }
      if (openGroups === 0) return;
    }
  }

  /** Moves past `count` bytes and answers where they begin. */
  private take(count: number): number {
    const start = this.offset;
    if (this.end - start < count) throw this.truncated(start);
    this.offset = start + count;
    return start;
  }

  private truncated(byteOffset: number) {
    return this.malformed('cut off: the bytes end in the middle of a value', byteOffset);
  }

  private malformed(problem: string, byteOffset: number) {
    return this.walk.poison('malformed', problem, byteOffset);
  }
}
