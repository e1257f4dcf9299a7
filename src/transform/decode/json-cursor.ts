/// <reference lib="es2024.string" />

import { PoisonRecord } from '../../errors.js';
import { invalidByte } from '../../values/text.js';
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
const UPPER_E = 0x45;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const LOWER_E = 0x65;
const LOWER_F = 0x66;
const LOWER_N = 0x6e;
const LOWER_T = 0x74;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const BYTE_ORDER_MARK = 0xfeff;

/** What replacing escapes takes for each of their characters: V8 makes a list of each match. */
const ESCAPE_BYTES = 50;

/** `\ud83d\ude00`, a pair; `\ud83d`, half of one without the other; or any other escape, passed so as to stay in step. */
const ESCAPES =
  /(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\./gs;

/**
 * Reads JSON tokens (RFC 8259), one after the other. `JSON.parse` would not do for a record: it rounds integers to
 * doubles, reads one value and no more, and knows no bounds. Each read throws PoisonRecord for anything but the
 * token it is named for.
 */
export class JsonCursor {
  /** In UTF-16 units, as the positions that `walk` is given. */
  offset = 0;
  private readonly text: string;
  private readonly walk: Walk;

  /** @param text the record as `decodeText` reads it: bytes that are not UTF-8 stay what they are within strings. */
  constructor(text: string, walk: Walk) {
    this.text = text;
    this.walk = walk;
  }

  /** The next character that is no white space, not consumed; -1 at the end. */
  peek(): number {
    const { text } = this;
    let offset = this.offset;
    let char = text.charCodeAt(offset);
    while (char === SPACE || char === LINE_FEED || char === TAB || char === CARRIAGE_RETURN) {
      char = text.charCodeAt(++offset);
    }
    this.offset = offset;
    return offset < text.length ? char : -1;
  }

  /** Passes over a byte order mark, which says nothing in UTF-8. */
  skipMark(): void {
    if (this.peek() === BYTE_ORDER_MARK) this.offset++;
  }

  atEnd(): boolean {
    return this.peek() === -1;
  }

  atObject(): boolean {
    return this.peek() === OPEN_BRACE;
  }

  atArray(): boolean {
    return this.peek() === OPEN_BRACKET;
  }

  /** Is the next token a string? */
  atString(): boolean {
    return this.peek() === QUOTE;
  }

  atNumber(): boolean {
    const char = this.peek();
    return char === MINUS || isDigit(char);
  }

  atBool(): boolean {
    const char = this.peek();
    return char === LOWER_T || char === LOWER_F;
  }

  /** Consumes `null` if that is what comes next. */
  tryNull(): boolean {
    if (this.peek() !== LOWER_N) return false;
    this.readWord('null');
    return true;
  }

  readBool(): boolean {
    const value = this.peek() === LOWER_T;
    this.readWord(value ? 'true' : 'false');
    return value;
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

  /** A string. `\ud800` and other halves of a pair without the other become U+FFFD. */
  readString(): string {
    if (this.peek() !== QUOTE) throw this.unexpected('a string');
    const { text } = this;
    const start = this.offset;
    let escaped = false;
    for (let offset = start + 1; offset < text.length; offset++) {
      const char = text.charCodeAt(offset);
      if (char === QUOTE) {
        this.offset = offset + 1;
        return escaped ? this.unescape(start, offset + 1) : text.slice(start + 1, offset);
      }
      if (char === BACKSLASH) {
        escaped = true;
        offset++;
      } else if (char < SPACE) {
        throw this.malformed(`control character 0x${hex(char)} in a string must be escaped`, offset);
      }
    }
    throw this.malformed('cut off: a string without end', start);
  }

  /** The digits of a number as they stand there. */
  readNumber(): string {
    if (!this.atNumber()) throw this.unexpected('a number');
    const { text } = this;
    const start = this.offset;
    let offset = start;
    if (text.charCodeAt(offset) === MINUS) offset++;
    if (text.charCodeAt(offset) === ZERO) offset++;
    else offset = this.digits(offset, start);
    if (text.charCodeAt(offset) === DOT) offset = this.digits(offset + 1, start);
    const exponent = text.charCodeAt(offset);
    if (exponent === LOWER_E || exponent === UPPER_E) {
      offset++;
      const sign = text.charCodeAt(offset);
      if (sign === PLUS || sign === MINUS) offset++;
      offset = this.digits(offset, start);
    }
    this.offset = offset;
    return text.slice(start, offset);
  }

  /**
   * Passes over a value of any kind that nobody wants. Open arrays and objects are a list here, not a recursion.
   * @returns the value as it is written.
   */
  skipValue(): string {
    this.peek();
    const start = this.offset;
    const open: boolean[] = []; // True is an object.
    for (;;) {
      let complete = true;
      const char = this.peek();
      if (char === OPEN_BRACE || char === OPEN_BRACKET) {
        const isObject = char === OPEN_BRACE;
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
        this.skipScalar(char);
      }
      while (complete) {
        const isObject = open.at(-1);
        if (isObject === undefined) return this.text.slice(start, this.offset);
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
    this.peek();
    const found = this.text.codePointAt(this.offset) ?? -1;
    return this.malformed(`expected ${expected}, found ${describe(found)}`, this.offset);
  }

  private skipScalar(char: number): void {
    if (char === QUOTE) this.readString();
    else if (this.atBool()) this.readBool();
    else if (char === LOWER_N) this.readWord('null');
    else if (this.atNumber()) this.readNumber();
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
    const char = this.peek();
    if (char !== COMMA && char !== closing) throw this.unexpected(expected);
    this.offset++;
    return char === COMMA;
  }

  private readWord(word: string): void {
    if (!this.text.startsWith(word, this.offset)) throw this.unexpected(word);
    this.offset += word.length;
  }

  /** The string whose quotes stand at `start` and before `end`. */
  private unescape(start: number, end: number): string {
    this.walk.hold(2 * (end - start));
    const quoted = this.text.slice(start, end);
    const halves = quoted.includes('\\ud') || quoted.includes('\\uD');
    try {
      if (!halves) return JSON.parse(quoted);
      if (quoted.isWellFormed()) return JSON.parse(quoted).toWellFormed();
      // Beside bytes that are not UTF-8, halves would look like them once they are unescaped.
      this.walk.hold(ESCAPE_BYTES * (end - start));
      return JSON.parse(quoted.replace(ESCAPES, (all, _pair, half) => (half ? '\\ufffd' : all)));
    } catch (error) {
      if (error instanceof PoisonRecord) throw error;
      throw this.malformed('unknown escape in a string', start);
    }
  }

  private digits(from: number, numberStart: number): number {
    let offset = from;
    while (isDigit(this.text.charCodeAt(offset))) offset++;
    if (offset === from) throw this.malformed('a digit is missing in a number', numberStart);
    return offset;
  }

  private malformed(problem: string, position: number): PoisonRecord {
    return this.walk.poison('malformed', problem, position);
  }
}

export function isDigit(char: number): boolean {
  return char >= ZERO && char <= NINE;
}

/** @param char a code point, -1 for none */
function describe(char: number): string {
  if (char === -1) return 'the end of the record';
  if (char === QUOTE) return 'a string';
  if (char === OPEN_BRACE) return 'an object';
  if (char === OPEN_BRACKET) return 'an array';
  if (char === MINUS || isDigit(char)) return 'a number';
  const byte = invalidByte(char);
  if (byte !== undefined) return `byte 0x${hex(byte)}, which is not UTF-8`;
  return char > SPACE && char < 0x7f ? `'${String.fromCharCode(char)}'` : `character 0x${hex(char)}`;
}

function hex(char: number): string {
  return char.toString(16).padStart(2, '0');
}
