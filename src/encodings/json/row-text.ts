import { PART_LENGTH, partsOf, quote } from '../../values/json-text.js';
import { RowTooLarge } from '../encoding.js';

/** What a part can become: each character six (`\u0000`), each of those one byte. */
const PART_BYTES_MAX = 2 * 6 * PART_LENGTH;

/** Room that is kept from row to row. */
const KEPT_BYTES = 1024 * 1024;

const NO_BYTES = Buffer.alloc(0);

/**
 * The JSON text of a row in the making. It becomes bytes part by part, so that a large row takes its bytes and little more,
 * and one that is too large no more than the bound.
 */
export class RowText {
  private readonly bytesMax: number;
  private readonly escapePart: (json: string) => string;
  /** None before there is a row: most who ask an encoding something write no rows. */
  private bytes = NO_BYTES;
  private length = 0;
  private part = '';

  /** @param escapePart is given parts of the text, none of which ends within a character. */
  constructor(bytesMax: number, escapePart: (json: string) => string = json => json) {
    this.bytesMax = bytesMax;
    this.escapePart = escapePart;
  }

  /** Begins with a row. Of the one before, something may be left: whatever failed while it was written. */
  begin(): void {
    this.length = 0;
    this.part = '';
  }

  /**
   * @param json what becomes of one part of a text at most.
   * @throws RowTooLarge
   */
  append(json: string): void {
    this.part += json;
    if (this.part.length >= PART_LENGTH) this.writePart();
  }

  /** Any text as a JSON string. */
  appendQuoted(text: string): void {
    if (text.length <= PART_LENGTH) {
      this.append(quote(text));
      return;
    }
    // What cannot fit is not even begun. Escapes would add to it.
    if (this.length + Buffer.byteLength(text) > this.bytesMax) this.refuse();
    this.append('"');
    for (const part of partsOf(text)) this.append(quote(part).slice(1, -1));
    this.append('"');
  }

  /** The row, which is complete now. */
  take(): Buffer {
    this.writePart();
    const row = this.bytes.subarray(0, this.length);
    this.begin();
    if (this.bytes.length === KEPT_BYTES) return Buffer.from(row);
    this.bytes = NO_BYTES;
    return row;
  }

  private writePart(): void {
    const json = this.escapePart(this.part);
    this.part = '';
    this.makeRoom(this.length + 3 * json.length);
    this.length += this.bytes.write(json, this.length, 'utf8');
    if (this.length > this.bytesMax) this.refuse();
  }

  private makeRoom(bytes: number): void {
    if (bytes <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(
      Math.max(bytes, KEPT_BYTES, Math.min(2 * this.bytes.length, this.bytesMax + PART_BYTES_MAX)),
    );
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }

  private refuse(): never {
    this.bytes = NO_BYTES;
    throw new RowTooLarge(`a row has more than ${this.bytesMax} bytes`);
  }
}
