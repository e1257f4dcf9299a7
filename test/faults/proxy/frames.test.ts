import fc from 'fast-check';
import { expect, test } from 'vitest';
import { API, frameSplitter, refuseOffsets, requestHeader, responseCorrelationId } from './frames.js';

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

test('a response about offsets is made one that refuses them, partition by partition', () => {
  const partition = (index: number, errorCode: number) => {
    const bytes = Buffer.alloc(7);
    bytes.writeInt32BE(index, 0);
    bytes.writeInt16BE(errorCode, 4);
    return bytes;
  };
  const longName = 'n'.repeat(200);
  const response = (errorCode: number) =>
    frame(
      Buffer.concat([
        Buffer.from([0, 0, 0, 77, 0, 0, 0, 0, 0, 3]), // its number, no tags, not throttled, two topics
        Buffer.from([3]),
        Buffer.from('in'),
        Buffer.from([3]),
        partition(0, errorCode),
        partition(5, errorCode),
        Buffer.from([0, 0x80 | (201 & 0x7f), 201 >> 7]),
        Buffer.from(longName),
        Buffer.from([2]),
        partition(1, errorCode),
        Buffer.from([0, 0]),
      ]),
    );
  const changed = response(0);
  refuseOffsets(changed, 22);
  expect(changed).toEqual(response(22));
});
