import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { encodeJson, encodeProtobuf } from '../../../../src/demo/telemetry/encode-otlp.js';
import { decodeRecord, type InputEncoding } from '../../../../src/transform/decode/decode-record.js';
import { DEFAULT_LIMITS } from '../../../../src/transform/decode/limits.js';
import { poisonOf } from './poison-of.js';
import { varint } from './wire.js';

const LOGS = {
  resourceLogs: [
    {
      scopeLogs: [
        {
          logRecords: [
            {
              timeUnixNano: 1n,
              observedTimeUnixNano: 0n,
              severityNumber: 0,
              severityText: '',
              body: { stringValue: 'a message of some length, so that its request has some, too'.repeat(3) },
              attributes: [],
              droppedAttributesCount: 0,
              flags: 0,
              traceId: Buffer.alloc(0),
              spanId: Buffer.alloc(0),
              eventName: '',
            },
          ],
          schemaUrl: '',
        },
      ],
      schemaUrl: '',
    },
  ],
};
const proto = encodeProtobuf('logs', LOGS);
const json = encodeJson('logs', LOGS);
const hex = (digits: string) => Buffer.from(digits.replaceAll(' ', ''), 'hex');
const behind = (prefix: Uint8Array | number[], request = proto) =>
  Buffer.concat([Buffer.from(prefix), request]);
const uint32 = (value: number) => [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];

const ENCODINGS = ['auto', 'otlp_proto', 'otlp_json'] as const;

/** The message, the same in whatever encoding the input is configured. */
function messageOf(value: Buffer, encodings: readonly InputEncoding[] = ENCODINGS): string {
  const messages = encodings.map(encoding => {
    const poison = poisonOf(() => decodeRecord('logs', encoding, value, DEFAULT_LIMITS));
    expect(poison.reason).toBe('malformed');
    return poison.message;
  });
  expect(new Set(messages).size).toBe(1);
  return messages[0] ?? '';
}

describe('a value is recognized', () => {
  it.each([
    ['gzip of protobuf', gzipSync(proto), 'compressed with gzip; let the Kafka producer compress'],
    ['gzip of JSON', gzipSync(json), 'compressed with gzip;'],
    ['zlib', deflateSync(proto), 'compressed with zlib;'],
    ['zlib, fastest', deflateSync(proto, { level: 1 }), 'compressed with zlib;'],
    ['zlib, smallest', deflateSync(proto, { level: 9 }), 'compressed with zlib;'],
    ['zstd', hex('28b52ffd 2004 2100 00 61626364'), 'compressed with zstd;'],
    ['lz4', hex('04224d18 6440a7 04000080 61626364 00000000'), 'compressed with lz4;'],
    ['framed snappy', hex('ff060000734e61507059 0108000061626364'), 'compressed with snappy;'],
    ['snappy of Java', hex('82534e4150505900 00000001 00000001'), 'compressed with snappy;'],
    ['bzip2', Buffer.from('BZh91AY&SY'), 'compressed with bzip2;'],
    ['xz', hex('fd377a585a00 0004'), 'compressed with xz;'],
    ['Avro', Buffer.from('Obj\x01\x04\x16avro.schema'), 'an Avro container file'],
    ['Parquet', Buffer.from('PAR1\x15\x04\x15'), 'a Parquet file'],
    ['UTF-16 with a mark', Buffer.from(`\ufeff${json}`, 'utf16le'), 'text in UTF-16; JSON is UTF-8'],
    ['UTF-16 without one', Buffer.from(`${json}`, 'utf16le'), 'text in UTF-16; JSON is UTF-8'],
    ['UTF-16, high byte first', Buffer.from(`${json}`, 'utf16le').swap16(), 'text in UTF-16; JSON is UTF-8'],
    ['XML', Buffer.from('<?xml version="1.0"?><log/>'), 'XML or HTML'],
    ['HTML', Buffer.from('\n<!DOCTYPE html><html>'), 'XML or HTML'],
    ['an XML element', Buffer.from('<event time="1">x</event>'), 'XML or HTML'],
    ['MessagePack', hex('82 a5 6c6576656c a4 696e666f a1 6d a1 78'), 'MessagePack or CBOR'],
    ['CBOR', hex('a1 65 6c6576656c 64 696e666f'), 'MessagePack or CBOR'],
    ['text that begins as null does', Buffer.from('no such thing'), 'text that is neither JSON nor protobuf'],
    ['any text', Buffer.from('level=info msg="started"\n'), 'text that is neither JSON nor protobuf'],
    ['a line of syslog', Buffer.from('<34>1 2026-11-30T17:00:00Z host app'), 'text that is neither'],
    ['a line with a time', Buffer.from('2026-11-30 17:00:00 INFO started'), 'text that is neither'],
    ['a line with a level', Buffer.from('[INFO] started'), 'text that is neither JSON nor protobuf'],
    ['a line with a time in brackets', Buffer.from('[2026-11-30] started'), 'text that is neither'],
    ['text of another alphabet', Buffer.from('Grüße, 世界'), 'text that is neither JSON nor protobuf'],
    ['text with a mark', Buffer.from('\ufeffnull and void'), 'text that is neither JSON nor protobuf'],
    ['text that passes as protobuf of unknown fields', Buffer.from('x1'), 'text that is neither'],
    ['white space', Buffer.from(' \r\n\t'), 'nothing but white space'],
    ['gRPC', behind([0, ...uint32(proto.length)]), 'an export request behind the five bytes that gRPC puts'],
    ['Confluent, protobuf', behind([0, ...uint32(42), 0]), 'in Confluent wire format, schema id 42;'],
    [
      'Confluent, a later message',
      behind([0, ...uint32(7), 4, 2, 2]),
      'in Confluent wire format, schema id 7;',
    ],
    ['Confluent, without message', behind([0, ...uint32(7)]), 'in Confluent wire format, schema id 7;'],
    ['Confluent, JSON', behind([0, ...uint32(100_001)], json), 'in Confluent wire format, schema id 100001;'],
    [
      'Confluent, something else',
      Buffer.from([0, ...uint32(9), 0x48, 0x07, 0xff, 0x80]),
      'perhaps in Confluent wire format, schema id 9, but what follows is no export request',
    ],
    ['Apicurio', behind([0, 0, 0, 0, 0, ...uint32(5)]), 'behind the id 5 of a schema registry;'],
    ['Glue', behind([3, 0, ...Buffer.alloc(16, 0xab)]), 'behind the header of the AWS Glue schema registry;'],
    ['a length, low byte first', behind(Buffer.from(uint32(proto.length)).reverse()), 'behind its length;'],
    ['a length, high byte first', behind(uint32(proto.length)), 'behind its length;'],
    ['a length as protobuf has them', behind(varint(proto.length)), 'behind its length;'],
    ['base64 of protobuf', Buffer.from(proto.toString('base64')), 'an export request in base64;'],
    ['base64 of JSON', Buffer.from(`${json.toString('base64')}\n`), 'an export request in base64;'],
    ['hex of protobuf', Buffer.from(proto.toString('hex').toUpperCase()), 'an export request in hex digits;'],
    ['JSON in JSON', Buffer.from(JSON.stringify(`${json}`)), 'an export request in a JSON string:'],
  ])('%s', (_what, value, told) => {
    expect(messageOf(value)).toMatch(/^the value is /);
    expect(messageOf(value)).toContain(told);
  });

  it('also when the request in a wrapping is of another signal', () => {
    const spans = Buffer.from('{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"a"}]}]}]}');
    expect(messageOf(behind([0, ...uint32(3)], spans))).toContain('schema id 3');
  });
});

describe('a value is not recognized', () => {
  it.each([
    ['JSON that is cut off', json.subarray(0, -3), 'a comma or the end of the object'],
    ['an array', Buffer.from('[{"a":1}, 2]'), 'expected an object, found an array'],
    ['a number', Buffer.from('17'), 'expected an object, found a number'],
    ['a string', Buffer.from('"x"'), 'expected an object, found a string'],
    ['other bytes', brotliCompressSync(proto), 'expected an object, found'],
  ])('%s has the error of its reader', (_what, value, told) => {
    expect(messageOf(value, ['otlp_json'])).toContain(told);
  });

  it('no bytes are cut off where they are no JSON', () => {
    expect(messageOf(Buffer.alloc(0), ['otlp_json'])).toContain('the end of the record');
  });

  it('JSON for an input of protobuf is in the wrong encoding', () => {
    const poison = poisonOf(() => decodeRecord('logs', 'otlp_proto', json, DEFAULT_LIMITS));
    expect(poison.reason).toBe('wrong_encoding');
  });

  // As protobuf it is a resource of 123 bytes of unknown fields.
  it('broken JSON that is protobuf all the same is broken JSON', () => {
    const value = Buffer.from(`\n{${'}aaaa'.repeat(23)}${'xa'.repeat(4)}`);
    expect(decodeRecord('logs', 'otlp_proto', value, DEFAULT_LIMITS).signal).toBe('logs');
    for (const encoding of ['otlp_json', 'auto'] as const) {
      const poison = poisonOf(() => decodeRecord('logs', encoding, value, DEFAULT_LIMITS));
      expect(poison.reason).toBe('malformed');
    }
  });

  it('in an hour: megabytes of what might be anything are told in a moment', () => {
    for (const unit of ['a', '0', '<', '[', '"', '\0\0\0\x01', '\x83\xa5', ' ']) {
      const value = Buffer.from(unit.repeat((16 * 1024 * 1024) / unit.length), 'latin1');
      expect(poisonOf(() => decodeRecord('logs', 'otlp_json', value, DEFAULT_LIMITS)).reason).toBe(
        'malformed',
      );
    }
  });
});
