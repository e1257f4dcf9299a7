import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decompress } from '../../../src/messages/decompress.js';
import { unsnappy } from '../../../src/messages/snappy.js';
import { poisonOf } from '../transform/decode/poison-of.js';

const REQUEST = Buffer.from('{"resourceSpans":[]}');
const MAX = 1000;
const said = (value: string) => ({ value, header: `content-encoding: ${value}` });
const hex = (digits: string) => Buffer.from(digits.replaceAll(' ', ''), 'hex');

/** The lengths that literals have for themselves, and a copy that reaches into what it writes. */
const SNAPPY = Buffer.concat([
  Buffer.from([14, (3 - 1) << 2]),
  Buffer.from('abc'),
  // Four bytes from three before, in one byte of offset; then seven from seven before, in two.
  Buffer.from([((4 - 4) << 2) | 1, 3, ((7 - 1) << 2) | 2, 7, 0]),
]);
const SNAPPY_TEXT = Buffer.from('abcabcaabcabca');

/** What zstd makes of a text that is not worth compressing: a frame of one block that is stored. */
function zstdStored(text: Buffer): Buffer {
  const block = Buffer.alloc(3);
  block.writeUIntLE((text.length << 3) | 1, 0, 3);
  return Buffer.concat([hex('28b52ffd 20'), Buffer.from([text.length]), block, text]);
}

/** A chunk of the framing format: of type 0 compressed, of type 1 stored, each behind its check sum. */
function chunk(type: number, content: Buffer): Buffer {
  const header = Buffer.alloc(4, type);
  header.writeUIntLE(content.length + 4, 1, 3);
  return Buffer.concat([header, Buffer.alloc(4), content]);
}

const STREAM = hex('ff060000 734e61507059');
const framed = Buffer.concat([STREAM, chunk(0, SNAPPY), chunk(0xfe, Buffer.alloc(8)), chunk(1, REQUEST)]);

function java(...blocks: Buffer[]): Buffer {
  return Buffer.concat([
    hex('82534e4150505900 00000001 00000001'),
    ...blocks.flatMap(block => [hex(block.length.toString(16).padStart(8, '0')), block]),
  ]);
}

describe('a value that its sender compressed', () => {
  it.each([
    ['gzip', gzipSync(REQUEST), REQUEST],
    ['gzip', Buffer.concat([gzipSync(REQUEST), gzipSync(REQUEST)]), Buffer.concat([REQUEST, REQUEST])],
    ['zlib', deflateSync(REQUEST), REQUEST],
    ['zlib', deflateSync(REQUEST, { level: 9 }), REQUEST],
    ['zlib', deflateSync(REQUEST, { level: 1 }), REQUEST],
    ['snappy', framed, Buffer.concat([SNAPPY_TEXT, REQUEST])],
    ['snappy', java(SNAPPY, SNAPPY), Buffer.concat([SNAPPY_TEXT, SNAPPY_TEXT])],
  ])('with %s is read, known by how it begins', (codec, compressed, value) => {
    expect(decompress(compressed, undefined, MAX)).toEqual({ codec, value });
    expect(decompress(compressed, said(codec), MAX)).toEqual({ codec, value });
  });

  it('with snappy and nothing around it is read, known by the header', () => {
    expect(decompress(SNAPPY, said('snappy'), MAX)).toEqual({ codec: 'snappy', value: SNAPPY_TEXT });
    expect(decompress(SNAPPY, undefined, MAX)).toBeNull();
  });

  it('with zstd is read where Node can, and elsewhere refused with what helps', () => {
    const compressed = zstdStored(REQUEST);
    if ('zstd' in process.versions) {
      expect(decompress(compressed, undefined, MAX)).toEqual({ codec: 'zstd', value: REQUEST });
      return;
    }
    const refused = poisonOf(() => decompress(compressed, undefined, MAX));
    expect(refused.reason).toBe('malformed');
    expect(refused.message).toContain('compressed with zstd, which Node reads from 22.15 on');
    expect(refused.message).toContain(process.versions.node);
  });

  it.each([
    ['protobuf', Buffer.from([0x0a, 0])],
    ['JSON', REQUEST],
    ['nothing', Buffer.alloc(0)],
  ])('and then undone on the way is taken as it is: %s', (_, bare) => {
    expect(decompress(bare, said('gzip'), MAX)).toBeNull();
    expect(decompress(bare, said('br'), MAX)).toBeNull();
  });

  it('in a way that is not read is refused by its name', () => {
    const refused = poisonOf(() => decompress(Buffer.from([0x1b, 1, 2]), said('br'), MAX));
    expect(refused.message).toContain(
      '(its header says content-encoding: br): gzip, zlib, zstd and snappy are read',
    );
  });

  it('as its header says and is not is refused', () => {
    const refused = poisonOf(() => decompress(Buffer.from('hello'), said('gzip'), MAX));
    expect(refused.message).toBe(
      'the value does not begin as gzip does, though its header says content-encoding: gzip',
    );
  });

  it.each([
    ['gzip', gzipSync(REQUEST).subarray(0, 20)],
    ['gzip', Buffer.concat([hex('1f8b'), Buffer.alloc(30)])],
    ['zlib', deflateSync(REQUEST).subarray(0, 8)],
    ['snappy', framed.subarray(0, framed.length - 1)],
    ['snappy', Buffer.concat([STREAM, hex('02 000000')])],
    ['snappy', java(SNAPPY).subarray(0, 18)],
    ['snappy', java(SNAPPY.subarray(0, 6))],
  ])('with %s and damaged is refused', (codec, damaged) => {
    const refused = poisonOf(() => decompress(damaged, undefined, MAX));
    expect([refused.reason, refused.message]).toEqual([
      'malformed',
      expect.stringMatching(new RegExp(`^the value is compressed with ${codec}, and damaged: .+`)),
    ]);
  });

  const bomb = Buffer.alloc(MAX + 1);
  it.each([
    ['gzip', gzipSync(bomb)],
    ['zlib', deflateSync(bomb)],
    ['snappy', Buffer.concat([STREAM, chunk(1, bomb)])],
    ['snappy', java(Buffer.concat([hex('e907'), Buffer.alloc(20)]))],
    ['snappy', Buffer.concat([STREAM, ...Array<Buffer>(72).fill(chunk(0, SNAPPY))])],
  ])('with %s never becomes more than a record may be', (codec, compressed) => {
    const refused = poisonOf(() => decompress(compressed, undefined, MAX));
    expect([refused.reason, refused.message]).toEqual([
      'bytes_limit',
      `decompressed with ${codec}, the record has more than 1000 bytes (limits.max_record_bytes)`,
    ]);
  });
});

describe('a block of snappy', () => {
  it.each([
    ['no length', ''],
    ['a length that does not end', 'ffffffffff'],
    ['a length beyond what its bytes can become', 'e807 00 61'],
    ['a literal beyond its end', '05 10 61'],
    ['a literal beyond its length', '01 04 6161'],
    ['the length of a literal cut off', '05 f4 01'],
    ['a copy of what is not there', '05 00 61 01 02'],
    ['a copy from where it is', '05 00 61 01 00'],
    ['a copy beyond its length', '03 00 61 0d 01'],
    ['an offset cut off', '05 00 61 02 01'],
    ['fewer bytes than its length', '05 00 61'],
  ])('with %s is refused', (_, digits) => {
    expect(() => unsnappy(hex(digits), MAX)).toThrow(expect.objectContaining({ name: 'NotSnappy' }));
  });

  it.each([1, 2, 3, 4])('has literals whose length takes %i bytes', count => {
    const text = Buffer.alloc(100, 'x');
    const tag = Buffer.alloc(1 + count);
    tag[0] = (59 + count) << 2;
    tag.writeUIntLE(text.length - 1, 1, count);
    expect(unsnappy(Buffer.concat([Buffer.from([100]), tag, text]), MAX)).toEqual(text);
  });

  it('has copies from far away', () => {
    const text = Buffer.concat([hex('08 0c 61626364'), hex('0f 04000000')]);
    expect(unsnappy(text, MAX).toString()).toBe('abcdabcd');
  });
});
