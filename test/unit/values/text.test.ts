import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodedBytes,
  decodeText,
  encodeTextLossless,
  losslessBytes,
  sortedByBytes,
  wellFormed,
} from '../../../src/values/text.js';

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
  });
});

describe('sortedByBytes', () => {
  const sorted = (...texts: string[]) => sortedByBytes(texts, text => text);

  it('puts U+FF61 before an emoji, which UTF-16 does not', () => {
    expect(sorted('\u{1f600}', '\uff61')).toEqual(['\uff61', '\u{1f600}']);
    expect('\uff61' < '\u{1f600}').toBe(false);
  });

  it('orders pairs that differ in their second halves only', () => {
    expect(sorted('\u{1f601}', '\u{1f600}')).toEqual(['\u{1f600}', '\u{1f601}']);
    expect(sorted('a\u{1f601}', 'a\u{1f600}b')).toEqual(['a\u{1f600}b', 'a\u{1f601}']);
  });

  it('leaves equal texts in their order', () => {
    const pairs = [
      ['b', 1],
      ['a', 2],
      ['b', 3],
      ['a', 4],
    ] as const;
    const order = (list: readonly (readonly [string, number])[]) =>
      sortedByBytes(list, ([text]) => text).map(([, number]) => number);
    expect(order(pairs)).toEqual([2, 4, 1, 3]);
    expect(order([...pairs, ['\u{1f600}', 5]])).toEqual([2, 4, 1, 3, 5]);
  });

  it('orders as the bytes are ordered, UTF-8 or not', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 6 }).map(array => Buffer.from(array)),
      fc.string({ unit: 'binary', maxLength: 3 }).map(text => Buffer.from(text)),
    );
    fc.assert(
      fc.property(bytes, fc.array(bytes, { maxLength: 5 }), (prefix, ends) => {
        const texts = ends.map(end => Buffer.concat([prefix, end]));
        expect(sorted(...texts.map(text => decodeText(text))).map(encodeTextLossless)).toEqual(
          texts.toSorted(Buffer.compare),
        );
      }),
      { numRuns: 2000 },
    );
  });
});

describe('what a text takes', () => {
  const filled = (text: string | number) => Buffer.alloc(3000, text);

  it.each([
    ['ASCII', filled('a'), 3000],
    ['other UTF-8', filled('世'), 6000],
    ['what is not UTF-8', filled(0xff), 12_000],
    ['a short text, which nobody looks at', Buffer.from('abc'), 6],
  ])('%s', (_, bytes, expected) => {
    expect(decodedBytes(bytes)).toBe(expected);
  });

  it.each(['', 'a\xe2\x82\xf0\x9f\x98\x80', '\xff\xc3\xa9\xed\xa0\x80'])('in bytes: %j', bytes => {
    expect(losslessBytes(decodeText(latin1(bytes)))).toBe(bytes.length);
  });
});
