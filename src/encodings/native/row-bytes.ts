import { encodeTextLossless } from '../../values/text.js';
import { RowTooLarge } from '../encoding.js';
import { varuintBytes, writeVaruint } from './varuint.js';

/** Room that is kept from row to row. */
const KEPT_BYTES = 1024 * 1024;

/** Every NaN is stored with these bits, so that both engines write the same, whatever bits were sent. */
const NAN_BITS = 0x7ff8_0000_0000_0000n;

/** The bytes of a row in the making, in the forms that a Native block has. */
export class RowBytes {
  private readonly bytesMax: number;
  private bytes = Buffer.allocUnsafeSlow(KEPT_BYTES);
  private length = 0;

  /** @param bytesMax what no row may be larger than. */
  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  /** Begins with a row. Of the one before, something may be left: whatever failed while it was written. */
  begin(): void {
    this.length = 0;
  }

  /**
   * A text with its length. Bytes that were not UTF-8 are written as they were sent.
   *
   * @throws RowTooLarge
   */
  text(text: string): void {
    const bytes = encodeTextLossless(text);
    const at = this.take(varuintBytes(bytes.length) + bytes.length);
    bytes.copy(this.bytes, writeVaruint(this.bytes, at, bytes.length));
  }

  uint8(value: number): void {
    const at = this.take(1);
    this.bytes.writeUInt8(value, at);
  }

  uint32(value: number): void {
    const at = this.take(4);
    this.bytes.writeUInt32LE(value, at);
  }

  int32(value: number): void {
    const at = this.take(4);
    this.bytes.writeInt32LE(value, at);
  }

  /** Signed or not: the 64 bits are the same. */
  int64(value: bigint): void {
    const at = this.take(8);
    this.bytes.writeBigUInt64LE(BigInt.asUintN(64, value), at);
  }

  float64(value: number): void {
    const at = this.take(8);
    if (Number.isNaN(value)) this.bytes.writeBigUInt64LE(NAN_BITS, at);
    else this.bytes.writeDoubleLE(value, at);
  }

  /** The row, which is complete now, in memory of its own. */
  finish(): Buffer {
    return Buffer.from(this.bytes.subarray(0, this.length));
  }

  /** Makes room for so many bytes and returns where they begin. */
  private take(bytes: number): number {
    const at = this.length;
    const length = at + bytes;
    if (length > this.bytesMax) {
      this.bytes = Buffer.allocUnsafeSlow(KEPT_BYTES);
      throw new RowTooLarge(`a row has more than ${this.bytesMax} bytes`);
    }
    if (length > this.bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(length, Math.min(2 * this.bytes.length, this.bytesMax)));
      this.bytes.copy(grown, 0, 0, at);
      this.bytes = grown;
    }
    this.length = length;
    return at;
  }
}
