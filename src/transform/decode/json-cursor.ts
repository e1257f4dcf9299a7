import type { PoisonRecord } from '../../errors.js';
import { asBuffer, decodeText } from './text.js';
import type { Walk } from './walk.js';

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const LOWER_U = 0x75;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

const SIMPLE_ESCAPES: Record<string, string> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

const REPLACEMENT = '\ufffd';

/**
 * Reads JSON tokens (RFC 8259) from bytes, one after the other. It works on bytes and not on a JavaScript string so that
 * numbers keep every digit, errors have byte offsets, and bytes that are not UTF-8, which collectors write into strings
 * as they are, stay what they are. Each read throws PoisonRecord for anything but the token it is named for.
 */
export class JsonCursor {
  offset = 0;
  private readonly bytes: Buffer;
  private readonly walk: Walk;

  constructor(bytes: Uint8Array, walk: Walk) {
    this.bytes = asBuffer(bytes);
    this.walk = walk;
    // A byte order mark says nothing in UTF-8, and some tools write one.
    if (this.bytes[0] === 0xef && this.bytes[1] === 0xbb && this.bytes[2] === 0xbf) this.offset = 3;
  }

  /** The next byte that is no white space, not consumed; -1 at the end. */
  peek(): number {
    const { bytes } = this;
    let offset = this.offset;
    let byte = bytes[offset];
    while (byte === SPACE || byte === LINE_FEED || byte === TAB || byte === CARRIAGE_RETURN)
      byte = bytes[++offset];
    this.offset = offset;
    return byte ?? -1;
  }

  /** Is the next token a string? */
  atString(): boolean {
    return this.peek() === QUOTE;
  }

  /** Consumes `null` if that is what comes next. */
  tryNull(): boolean {
    if (this.peek() !== 0x6e) return false;
    this.readWord('null');
    return true;
  }

  readBool(): boolean {
    const byte = this.peek();
    if (byte !== 0x74 && byte !== 0x66) throw this.unexpected('true or false');
    this.readWord(byte === 0x74 ? 'true' : 'false');
    return byte === 0x74;
  }

  /** Consumes `{` and, when the object is empty, `}`. Answers whether a member follows. */
  openObject(): boolean {
    return this.open(OPEN_BRACE, CLOSE_BRACE, 'an object');
  }

  /** After a member: consumes `,` or `}`. Answers whether another member follows. */
  nextMember(): boolean {
    return this.next(CLOSE_BRACE, 'a comma or the end of the object');
  }

  openArray(): boolean {
    return this.open(OPEN_BRACKET, CLOSE_BRACKET, 'an array');
  }

  nextElement(): boolean {
    return this.next(CLOSE_BRACKET, 'a comma or the end of the array');
  }

  /** The name of a member and its colon. */
  readName(): string {
    if (this.peek() !== QUOTE) throw this.unexpected('the name of a member in quotes');
    const name = this.readString();
    if (this.peek() !== COLON) throw this.unexpected('a colon');
    this.offset++;
    return name;
  }

  /** A string. `\ud800` and other halves of a pair without the other become U+FFFD, as JSON readers in Go do it. */
  readString(): string {
    if (this.peek() !== QUOTE) throw this.unexpected('a string');
    const { bytes } = this;
    const start = this.offset;
    let offset = start + 1;
    let runStart = offset;
    let text = '';
    for (;;) {
      const byte = bytes[offset] ?? -1;
      if (byte === QUOTE) {
        this.offset = offset + 1;
        const run = decodeText(bytes, runStart, offset);
        return text === '' ? run : text + run;
      }
      if (byte === BACKSLASH) {
        text += decodeText(bytes, runStart, offset);
        this.offset = offset;
        text += this.readEscape();
        offset = this.offset;
        runStart = offset;
      } else if (byte >= SPACE) {
        offset++;
      } else if (byte === -1) {
        throw this.malformed('cut off: a string without end', start);
      } else {
        throw this.malformed(`control character 0x${hex(byte)} in a string must be escaped`, offset);
      }
    }
  }

  /** The digits of a number as they stand there. */
  readNumber(): string {
    const { bytes } = this;
    const start = this.offset;
    const byte = this.peek();
    if (byte !== MINUS && !isDigit(byte)) throw this.unexpected('a number');
    const first = this.offset;
    let offset = first;
    if (bytes[offset] === MINUS) offset++;
    if (bytes[offset] === ZERO) offset++;
    else offset = this.digits(offset, start);
    if (bytes[offset] === DOT) offset = this.digits(offset + 1, start);
    // 'e' and 'E' differ in one bit.
    if (((bytes[offset] ?? 0) | 0x20) === 0x65) {
      offset++;
      if (bytes[offset] === PLUS || bytes[offset] === MINUS) offset++;
      offset = this.digits(offset, start);
    }
    this.offset = offset;
    return bytes.toString('latin1', first, offset);
  }

  /** Passes over a value of any kind that nobody wants. Open arrays and objects are a list here, not a recursion. */
  skipValue(): void {
    const open: boolean[] = []; // True is an object.
    for (;;) {
      let complete = true;
      const byte = this.peek();
      if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        const isObject = byte === OPEN_BRACE;
        const maxNesting = this.walk.limits.maxNesting;
        if (open.length >= maxNesting) {
          const problem = `an unknown field nested more than ${maxNesting} deep`;
          throw this.walk.poison('nesting_limit', problem, this.offset);
        }
        if (isObject ? this.openObject() : this.openArray()) {
          open.push(isObject);
          if (isObject) this.readName();
          complete = false;
        }
      } else {
        this.skipScalar(byte);
      }
      while (complete) {
        const isObject = open.at(-1);
        if (isObject === undefined) return;
        if (isObject ? this.nextMember() : this.nextElement()) {
          if (isObject) this.readName();
          complete = false;
        } else {
          open.pop();
        }
      }
    }
  }

  /** An error at the next token. */
  unexpected(expected: string): PoisonRecord {
    const byte = this.peek();
    return this.malformed(`expected ${expected}, found ${describe(byte)}`, this.offset);
  }

  private skipScalar(byte: number): void {
    if (byte === QUOTE) this.readString();
    else if (byte === 0x74 || byte === 0x66) this.readBool();
    else if (byte === 0x6e) this.readWord('null');
    else if (byte === MINUS || isDigit(byte)) this.readNumber();
    else throw this.unexpected('a value');
  }

  private open(opening: number, closing: number, what: string): boolean {
    if (this.peek() !== opening) throw this.unexpected(what);
    this.offset++;
    if (this.peek() !== closing) return true;
    this.offset++;
    return false;
  }

  private next(closing: number, expected: string): boolean {
    const byte = this.peek();
    if (byte !== COMMA && byte !== closing) throw this.unexpected(expected);
    this.offset++;
    return byte === COMMA;
  }

  private readWord(word: string): void {
    if (this.bytes.toString('latin1', this.offset, this.offset + word.length) !== word)
      throw this.unexpected(word);
    this.offset += word.length;
  }

  /** At a backslash. */
  private readEscape(): string {
    const start = this.offset;
    const letter = this.bytes[start + 1] ?? -1;
    if (letter !== LOWER_U) {
      const text = SIMPLE_ESCAPES[String.fromCharCode(letter)];
      if (text === undefined) throw this.malformed('unknown escape in a string', start);
      this.offset = start + 2;
      return text;
    }
    const unit = this.readHexUnit(start);
    if (unit < 0xd800 || unit > 0xdfff) return String.fromCharCode(unit);
    const second = this.offset;
    if (this.bytes[second] !== BACKSLASH || this.bytes[second + 1] !== LOWER_U) return REPLACEMENT;
    const low = this.readHexUnit(second);
    if (unit <= 0xdbff && low >= 0xdc00 && low <= 0xdfff) return String.fromCharCode(unit, low);
    this.offset = second; // No pair: the second escape is read again, for itself.
    return REPLACEMENT;
  }

  /** `\u` and four hex digits at `start`. */
  private readHexUnit(start: number): number {
    const digits = this.bytes.toString('latin1', start + 2, start + 6);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.malformed('\\u without four hex digits', start);
    this.offset = start + 6;
    return Number.parseInt(digits, 16);
  }

  private digits(from: number, numberStart: number): number {
    let offset = from;
    while (isDigit(this.bytes[offset] ?? -1)) offset++;
    if (offset === from) throw this.malformed('a digit is missing in a number', numberStart);
    return offset;
  }

  private malformed(problem: string, byteOffset: number): PoisonRecord {
    return this.walk.poison('malformed', problem, byteOffset);
  }
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}

function describe(byte: number): string {
  if (byte === -1) return 'the end of the record';
  if (byte === QUOTE) return 'a string';
  if (byte === OPEN_BRACE) return 'an object';
  if (byte === OPEN_BRACKET) return 'an array';
  if (byte === MINUS || isDigit(byte)) return 'a number';
  return byte > SPACE && byte < 0x7f ? `'${String.fromCharCode(byte)}'` : `byte 0x${hex(byte)}`;
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
