import { describe, expect, it } from 'vitest';
import { PoisonRecord } from '../../../src/errors.js';
import { prefixOf } from '../../../src/messages/framing.js';
import { poisonOf } from '../transform/decode/poison-of.js';

const PROTO = Buffer.from('0a020a00', 'hex');
const JSON_TEXT = Buffer.from('{"resourceSpans":[]}');
const value = (...parts: (number[] | Buffer)[]) => Buffer.concat(parts.map(part => Buffer.from(part)));
const ID_7 = [0, 0, 0, 0, 7];

describe('the prefix of a schema registry', () => {
  it.each([
    ['JSON', value(ID_7, JSON_TEXT), 5],
    ['JSON in lines', value(ID_7, [0x0a], JSON_TEXT), 5],
    ['JSON behind a byte order mark', value(ID_7, [0xef, 0xbb, 0xbf], JSON_TEXT), 5],
    ['protobuf, the first message of the schema', value(ID_7, [0], PROTO), 6],
    ['protobuf, the second message', value(ID_7, [2, 2], PROTO), 7],
    ['protobuf, a message of number 100', value(ID_7, [2, 0xc8, 1], PROTO), 8],
    ['protobuf, a message within the first', value(ID_7, [4, 0, 2], PROTO), 8],
    ['protobuf, three levels down', value(ID_7, [6, 0, 0, 0], PROTO), 9],
    ['protobuf, four levels down', value(ID_7, [8, 0, 0, 0, 2], PROTO), 10],
    ['protobuf without message indexes', value(ID_7, PROTO), 5],
    ['an empty request in protobuf', value(ID_7, [0]), 6],
    ['message indexes that are cut off', value(ID_7, [4, 0]), 7],
    ['message indexes of nothing but an unfinished number', value(ID_7, [2, 0xff]), 7],
    ['what is no request', value(ID_7, [0x41, 0x42]), 5],
  ])('before %s has its length', (_, framed, bytes) => {
    expect(prefixOf(framed, 'auto')).toEqual({ bytes, schemaId: 7 });
    expect(prefixOf(framed, 'confluent')).toEqual({ bytes, schemaId: 7 });
    expect(prefixOf(framed, 'none')).toBeNull();
  });

  it('has an id of four bytes', () => {
    expect(prefixOf(value([0, 0xff, 0xff, 0xff, 0xfe], JSON_TEXT), 'auto')?.schemaId).toBe(4_294_967_294);
  });

  it.each([
    ['protobuf', PROTO],
    ['JSON', JSON_TEXT],
    ['another first byte', value([1, 0, 0, 0, 7], PROTO)],
  ])('is not before %s', (_, bare) => {
    expect(prefixOf(bare, 'auto')).toBeNull();
    const refused = poisonOf(() => prefixOf(bare, 'confluent'));
    expect(refused.reason).toBe('malformed');
    expect(refused.message).toMatch(/^does not begin with byte 0 .*framing is confluent.*\(byte 0\)$/);
  });

  it.each([[[0]], [[0, 0, 0, 0]], [ID_7]])('with nothing behind it is refused: %j', bytes => {
    expect(() => prefixOf(Buffer.from(bytes), 'auto')).toThrow(PoisonRecord);
    expect(() => prefixOf(Buffer.from(bytes), 'auto')).toThrow(
      `has ${bytes.length} bytes: nothing is behind`,
    );
  });

  it('is not before no bytes, which are an empty request', () => {
    expect(prefixOf(Buffer.alloc(0), 'confluent')).toBeNull();
  });
});
