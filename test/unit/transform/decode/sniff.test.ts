import { describe, expect, it } from 'vitest';
import { looksLikeJson } from '../../../../src/transform/decode/sniff.js';
import { bytesField } from './wire.js';

describe('looksLikeJson', () => {
  it.each([
    '{}',
    '{"resourceSpans":[]}',
    ' {\n}',
    '\n{"resourceSpans":[]}',
    '\n{\n"resourceSpans":[]}',
    '\n\n{\n  "resourceSpans": []\n}',
    '\r\n\t {"a":1}',
    '\ufeff{}',
    '[]',
    'null',
  ])('takes %j for JSON', text => {
    expect(looksLikeJson(Buffer.from(text))).toBe(true);
  });

  it.each(['', ' ', '\n', 'hello', '"x"', '\n{', '\n{"', '\n{1'])('takes %j for protobuf', text => {
    expect(looksLikeJson(Buffer.from(text))).toBe(false);
  });

  it('is not deceived by the one protobuf request that begins like JSON', () => {
    const resource = bytesField(1, bytesField(1, bytesField(1, 'a'.repeat(30))));
    const padding = bytesField(3, 'u'.repeat(123 - resource.length - 2));
    const request = Buffer.from(bytesField(1, resource, padding));
    expect(request.subarray(0, 4).toString()).toBe('\n{\n"');
    expect(looksLikeJson(request)).toBe(false);
  });
});
