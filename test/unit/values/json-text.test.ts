import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeHtml, numberText, quote, quotedLength } from '../../../src/values/json-text.js';
import { decodeText } from '../../../src/values/text.js';

describe('quote', () => {
  it.each([
    ['plain', '"plain"'],
    ['"\\/', '"\\"\\\\/"'],
    ['\b\f\n\r\t\u0000\u001f\u007f', '"\\b\\f\\n\\r\\t\\u0000\\u001f\u007f"'],
    ['a\u2028b\u2029c', '"a\\u2028b\\u2029c"'],
    ['\u{1f600}\ufffd', '"\u{1f600}\ufffd"'],
  ])('%j', (text, quoted) => {
    expect(quote(text)).toBe(quoted);
  });

  it('writes one \\ufffd for each byte that is not UTF-8, and nothing else changed', () => {
    expect(quote(decodeText(Buffer.from('6162f0288c28ff22f09f9880', 'hex')))).toBe(
      '"ab\\ufffd(\\ufffd(\\ufffd\\"\u{1f600}"',
    );
  });
});

it('escapeHtml escapes what HTML would take for markup', () => {
  expect(escapeHtml('{"a":"<b>&\'"}')).toBe('{"a":"\\u003cb\\u003e\\u0026\'"}');
});

it.each([
  [-0, '-0'],
  [0, '0'],
  [1.5, '1.5'],
  [1e21, '1e+21'],
  [1e-7, '1e-7'],
  [0.000001, '0.000001'],
  [2 ** 63, '9223372036854776000'],
])('numberText of %d', (value, text) => {
  expect(numberText(value)).toBe(text);
});

describe('quotedLength', () => {
  it('is the length of what escapes make of a text', () => {
    const text = decodeText(Buffer.from('a"\\\n\u0000<é\u2028世\xff', 'utf8'));
    expect(quotedLength(text)).toBe(escapeHtml(quote(text)).length - 2);
    expect(quotedLength(decodeText(Buffer.from([0xff, 0x41])))).toBe('\\ufffdA'.length);
  });

  it('is never less', () => {
    const bytes = fc.oneof(
      fc.uint8Array(),
      fc.string({ unit: 'binary' }).map(text => Buffer.from(text)),
    );
    fc.assert(
      fc.property(bytes, bytes => {
        const text = decodeText(bytes);
        expect(quotedLength(text)).toBeGreaterThanOrEqual(escapeHtml(quote(text)).length - 2);
      }),
    );
  });
});
