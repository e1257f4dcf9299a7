import fc from 'fast-check';
import { expect, test } from 'vitest';
import { API, frameSplitter, requestHeader, responseCorrelationId } from './frames.js';

function frame(content: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, content]);
}

test('frames come out whole, however the stream is cut', () => {
  const contents = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 20 });
  const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(contents, cuts, (parts, lengths) => {
      const frames = parts.map(frame);
      const stream = Buffer.concat(frames);
      const split = frameSplitter();
      const found: Buffer[] = [];
      for (let at = 0, turn = 0; at < stream.length; turn += 1) {
        const length = lengths[turn % lengths.length] ?? 1;
        found.push(...split(stream.subarray(at, at + length)));
        at += length;
      }
      expect(found).toEqual(frames);
    }),
  );
});

test('a request tells its type and number, a response the number', () => {
  const header = Buffer.alloc(8);
  header.writeInt16BE(API.endTxn, 0);
  header.writeInt32BE(77, 4);
  expect(requestHeader(frame(header))).toEqual({ apiKey: 26, correlationId: 77 });
  expect(responseCorrelationId(frame(header.subarray(4)))).toBe(77);
});
