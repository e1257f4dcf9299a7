import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RowTooLarge } from '../../../../src/encodings/encoding.js';
import { RowText } from '../../../../src/encodings/json/row-text.js';
import { escapeHtml, PART_LENGTH, quote } from '../../../../src/values/json-text.js';
import { decodeText } from '../../../../src/values/text.js';

const MIB = 2 ** 20;

function rowOf(...texts: string[]): Buffer {
  const out = new RowText(32 * MIB);
  for (const text of texts) out.appendQuoted(text);
  return out.take();
}

describe('a text of several parts', () => {
  it.each([
    ['ASCII', 'a'.repeat(3 * PART_LENGTH)],
    ['pairs where parts end', `a${'\u{1f600}'.repeat(2 * PART_LENGTH)}`],
    ['pairs at another place', '\u{1f600}'.repeat(2 * PART_LENGTH)],
    ['bytes that are not UTF-8', decodeText(Buffer.alloc(3 * PART_LENGTH, 0xff))],
    [
      'U+FFFD beside bytes that are not UTF-8',
      decodeText(Buffer.from('\ufffda\xff'.repeat(PART_LENGTH), 'latin1')),
    ],
    ['escapes', '"\\\u0000\u2028'.repeat(PART_LENGTH)],
  ])('is written as in one: %s', (_, text) => {
    expect(rowOf(text).equals(Buffer.from(quote(text)))).toBe(true);
  });

  it('is escaped for HTML wherever it is cut', () => {
    const text = 'ab<'.repeat(PART_LENGTH);
    const out = new RowText(MIB, escapeHtml);
    out.appendQuoted(text);
    expect(String(out.take())).toBe(escapeHtml(quote(text)));
  });
});

it('rows do not change when the next ones are written', () => {
  const out = new RowText(32 * MIB);
  const texts = ['a', 'b'.repeat(2 * MIB), 'c', 'd'.repeat(3 * MIB), 'e'];
  const rows = texts.map(text => {
    out.appendQuoted(text);
    return out.take();
  });
  expect(rows.map(row => String(row))).toEqual(texts.map(text => `"${text}"`));
});

it('any texts, one after the other', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.uint8Array().map(bytes => decodeText(bytes)),
  );
  fc.assert(
    fc.property(fc.array(text), texts => {
      expect(rowOf(...texts)).toEqual(Buffer.from(texts.map(quote).join('')));
    }),
  );
});

describe('the bound', () => {
  it.each([
    ['bytes', 'a', 1],
    ['escapes', '\u0000', 6],
    ['UTF-8', '\u4e16', 3],
    ['bytes that are not UTF-8', '\udcff', 6],
  ])('counts %s', (_, character, bytes) => {
    const text = character.repeat(PART_LENGTH * 2);
    const exact = text.length * bytes + 2;
    const fitting = new RowText(exact);
    fitting.appendQuoted(text);
    expect(fitting.take()).toHaveLength(exact);
    const out = new RowText(exact - 1);
    expect(() => {
      out.appendQuoted(text);
      out.take();
    }).toThrow(RowTooLarge);
    out.begin();
    out.append('next');
    expect(String(out.take())).toBe('next');
  });
});
