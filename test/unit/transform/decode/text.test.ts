import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareBytes,
  decodeText,
  encodeText,
  encodeTextLossless,
  wellFormed,
} from '../../../../src/transform/decode/text.js';

const latin1 = (text: string) => Buffer.from(text, 'latin1');

describe('decodeText', () => {
  it.each(['', 'plain', 'é€\u{1f600}', '\ufeffmark', 'a genuine \ufffd'])('reads %j as it is', text => {
    expect(decodeText(Buffer.from(text))).toBe(text);
  });

  it.each([
    ['a lone continuation', '\x80', '\udc80'],
    ['a byte no UTF-8 has', '\xff', '\udcff'],
    ['a sequence cut off by the end', 'a\xe2\x82', 'a\udce2\udc82'],
    ['a sequence cut off by a letter', '\xe2\x82a', '\udce2\udc82a'],
    ['an overlong slash', '\xc0\xaf', '\udcc0\udcaf'],
    ['an overlong form of three bytes', '\xe0\x9f\xbf', '\udce0\udc9f\udcbf'],
    ['an encoded surrogate', '\xed\xa0\x80', '\udced\udca0\udc80'],
    ['a code point over U+10FFFF', '\xf4\x90\x80\x80', '\udcf4\udc90\udc80\udc80'],
    ['valid text around it', '\xc3\xa9\xff\xf0\x9f\x98\x80\xef\xbf\xbd', 'é\udcff\u{1f600}\ufffd'],
  ])('keeps each byte of %s', (_what, bytes, text) => {
    expect(decodeText(latin1(bytes))).toBe(text);
  });

  it('reads a part of the bytes', () => {
    expect(decodeText(latin1('ab\xffcd'), 1, 4)).toBe('b\udcffc');
  });

  it('reads a Uint8Array that is not a Buffer', () => {
    expect(decodeText(new Uint8Array([0x61, 0xff]))).toBe('a\udcff');
  });

  it('reads any valid UTF-8 as every decoder does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        expect(decodeText(Buffer.concat([latin1('\xff'), Buffer.from(text)]))).toBe(`\udcff${text}`);
      }),
    );
  });
});

describe('encodeTextLossless', () => {
  it('gives back any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), bytes => {
        expect(encodeTextLossless(decodeText(bytes))).toEqual(Buffer.from(bytes));
      }),
    );
  });
});

describe('what may stand in a message', () => {
  it('has one U+FFFD for each byte that is not UTF-8', () => {
    const text = decodeText(latin1('a\xe2\x82\xf0\x9f\x98\x80'));
    expect(wellFormed(text)).toBe('a\ufffd\ufffd\u{1f600}');
    expect(encodeText(text).toString()).toBe('a\ufffd\ufffd\u{1f600}');
  });
});

describe('compareBytes', () => {
  it('puts U+FF61 before an emoji, which UTF-16 does not', () => {
    expect(compareBytes('\uff61', '\u{1f600}')).toBeLessThan(0);
    expect('\uff61' < '\u{1f600}').toBe(false);
  });

  it('compares whole pairs, also when only their second halves differ', () => {
    expect(compareBytes('\u{1f600}', '\u{1f601}')).toBeLessThan(0);
    expect(compareBytes('a\u{1f601}', 'a\u{1f600}b')).toBeGreaterThan(0);
    expect(compareBytes('\u{1f600}', '\u{1f600}')).toBe(0);
  });

  it('orders as the bytes are ordered, UTF-8 or not', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 6 }).map(array => Buffer.from(array)),
      fc.string({ unit: 'binary', maxLength: 3 }).map(text => Buffer.from(text)),
    );
    fc.assert(
      fc.property(bytes, bytes, bytes, (prefix, a, b) => {
        const [left, right] = [Buffer.concat([prefix, a]), Buffer.concat([prefix, b])];
        const order = compareBytes(decodeText(left), decodeText(right));
        expect(Math.sign(order)).toBe(Buffer.compare(left, right));
      }),
      { numRuns: 2000 },
    );
  });
});
