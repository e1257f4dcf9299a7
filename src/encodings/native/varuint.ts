/** Lengths and counts in Native blocks: seven bits a byte, the lowest first, the top bit on all but the last (LEB128). */

/** How many bytes a number takes. */
export function varuintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes++;
  return bytes;
}

/** @returns where the next byte goes. */
export function writeVaruint(out: Uint8Array, at: number, value: number): number {
  let rest = value;
  let end = at;
  while (rest >= 0x80) {
    out[end++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  out[end++] = rest;
  return end;
}

/** The bytes of a number. */
export function varuint(value: number): Buffer {
  const bytes = Buffer.alloc(varuintBytes(value));
  writeVaruint(bytes, 0, value);
  return bytes;
}

/** Five bytes hold 35 bits, which is more than any message has. */
const BYTES_MAX = 5;

/** Reads numbers and texts, one after the other. Whatever is asked of it, it reads nothing beyond its bytes. */
export class VaruintReader {
  readonly bytes: Uint8Array;
  /** Where the next byte is read. */
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  /** @returns null when there is none, or one that is larger than any length can be. */
  number(): number | null {
    let value = 0;
    let factor = 1;
    for (let i = 0; i < BYTES_MAX && this.at < this.bytes.length; i++) {
      const byte = this.bytes[this.at++] as number;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 0x80;
    }
    return null;
  }

  /** Goes past a length and so many bytes. @returns where those bytes begin; null when there are not so many. */
  text(): number | null {
    const length = this.number();
    if (length === null || length > this.bytes.length - this.at) return null;
    const start = this.at;
    this.at += length;
    return start;
  }
}
