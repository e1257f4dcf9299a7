import type { InputEncoding } from '../../src/transform/decode/decode-record.js';
import type { Signal } from '../../src/transform/decode/otlp.js';
import { bytesField } from './protobuf.js';

// Records that cost far more than their bytes suggest, unless something bounds it. Written without any code of otelrows.

export interface HostileRecord {
  signal: Signal;
  encoding: Exclude<InputEncoding, 'auto'>;
  value: Buffer;
}

/** Makes a record of about so many bytes. */
type Make = (bytes: number) => HostileRecord;

const LENGTH = 2;
const tag = (field: number) => field * 8 + LENGTH;

/** The content within messages, given by the field numbers from the inside out. */
const within = (content: Buffer, ...fields: number[]) =>
  fields.reduce((inner, field) => bytesField(tag(field), inner), content);

/** The pattern again and again, up to so many bytes, never cut. */
const filled = (bytes: number, pattern: Buffer | number[] | string) => {
  const unit = Buffer.from(pattern as string);
  return Buffer.alloc(Math.floor(bytes / unit.length) * unit.length, unit);
};

const proto = (signal: Signal, value: Buffer): HostileRecord => ({ signal, encoding: 'otlp_proto', value });

/** In all three signals: field 1 of the request, 2 of the resource, 2 of the scope hold the next level. */
const span = (content: Buffer) => proto('traces', within(content, 2, 2, 1));
const log = (content: Buffer) => proto('logs', within(content, 2, 2, 1));
const metric = (content: Buffer) => proto('metrics', within(content, 2, 2, 1));
const body = (text: Buffer) => log(within(text, 1, 5));

const LOG_JSON = ['{"resourceLogs":[{"scopeLogs":[{"logRecords":[{', '}]}]}]}'] as const;
const logJson = (member: Buffer | string): HostileRecord => ({
  signal: 'logs',
  encoding: 'otlp_json',
  value: Buffer.concat([Buffer.from(LOG_JSON[0]), Buffer.from(member as string), Buffer.from(LOG_JSON[1])]),
});
const bodyJson = (text: Buffer) =>
  logJson(Buffer.concat([Buffer.from('"body":{"stringValue":"'), text, Buffer.from('"}')]));

/** A list of JSON elements, comma-separated. */
const elements = (bytes: number, element: string) =>
  Buffer.concat([filled(bytes, `${element},`), Buffer.from(element)]);

/** An attribute (field 1 key, field 2 value) with a string value. */
const attribute = (key: Buffer, text: Buffer) => Buffer.concat([within(key, 1), within(text, 1, 2)]);

/** Attributes of field `field`, whose keys are the prefix and a number. */
const attributesWithKeys = (bytes: number, field: number, keyOf: (i: number, count: number) => Buffer) => {
  const one = within(attribute(keyOf(0, 1), Buffer.from('v')), field).length;
  const count = Math.floor(bytes / one);
  return Buffer.concat(
    Array.from({ length: count }, (_, i) => within(attribute(keyOf(i, count), Buffer.from('v')), field)),
  );
};

const sixDigits = (i: number) => Buffer.from(String(i).padStart(6, '0'));

/** An unknown group, of field 20: nothing is wrong with it, and the kernel leaves such an item to the plain engine. */
const UNUSUAL = Buffer.from([0xa3, 0x01, 0xa4, 0x01]);

/** No larger than what the kernel takes. */
const forKernel = (bytes: number) => Math.min(bytes, 3_000_000);

/** An array within an array and so on, the text in the innermost. */
const nested = (content: Buffer, levels: number) =>
  Array.from({ length: levels - 1 }).reduce<Buffer>(inner => within(inner, 1, 5), within(content, 1));

export const HOSTILE_RECORDS = {
  'text: plain': bytes => body(filled(bytes, 'a')),
  'text: not UTF-8': bytes => body(filled(bytes, [0xff])),
  'text: not UTF-8, JSON': bytes => bodyJson(filled(bytes, [0xff])),
  'text: one byte not UTF-8': bytes => body(Buffer.concat([filled(bytes, 'a'), Buffer.from([0xff])])),
  'text: control characters': bytes => body(filled(bytes, [0x01])),
  'text: control characters, JSON': bytes => bodyJson(filled(bytes, '\\u0001')),
  'text: quotes': bytes => body(filled(bytes, '"')),
  'text: quotes, JSON': bytes => bodyJson(filled(bytes, '\\"')),
  'text: three bytes a character': bytes => body(filled(bytes, '世')),
  'text: U+2028': bytes => body(filled(bytes, '\u2028')),
  'text: halves of pairs, JSON': bytes => bodyJson(filled(bytes, '\\ud83d')),
  'text: in 64 levels of arrays': bytes => log(within(nested(filled(bytes, 'a'), 64), 5)),
  'texts: 1 MB each in 64 levels of arrays': bytes =>
    log(filled(bytes, within(within(nested(filled(1_000_000, '"'), 64), 2), 6))),
  'texts: not UTF-8, 2 MB each, of one item': bytes =>
    log(filled(bytes, within(attribute(Buffer.from('k'), filled(2_000_000, [0xff])), 6))),
  'texts: not UTF-8, 2 MB each, of many items': bytes =>
    proto('logs', within(filled(bytes, within(within(filled(2_000_000, [0xff]), 1, 5), 2)), 2, 1)),
  'texts: 900 KB each, of many items': bytes =>
    proto('logs', within(filled(bytes, within(within(filled(900_000, 'a'), 1, 5), 2)), 2, 1)),
  'bytes: in base64': bytes => log(within(filled(bytes, [0xff]), 7, 5)),
  'bytes: in base64, JSON': bytes =>
    logJson(Buffer.concat([Buffer.from('"body":{"bytesValue":"'), filled(bytes, 'AAAA'), Buffer.from('"}')])),
  'attributes: empty': bytes => log(filled(bytes, [tag(6), 0])),
  'attributes: empty, JSON': bytes =>
    logJson(Buffer.concat([Buffer.from('"attributes":['), elements(bytes, '{}'), Buffer.from(']')])),
  'attributes: small': bytes => log(filled(bytes, within(attribute(Buffer.from('k'), Buffer.from('v')), 6))),
  'attributes: small, JSON': bytes =>
    logJson(
      Buffer.concat([
        Buffer.from('"attributes":['),
        elements(bytes, '{"key":"k","value":{"stringValue":"v"}}'),
        Buffer.from(']'),
      ]),
    ),
  'attributes: one key, long': bytes => log(attributesWithKeys(bytes, 6, () => filled(1000, 'k'))),
  'attributes: keys that differ at the end': bytes =>
    log(attributesWithKeys(bytes, 6, i => Buffer.concat([filled(1000, 'k'), sixDigits((i * 7919) % 1e6)]))),
  'attributes: keys that are not UTF-8': bytes =>
    log(
      attributesWithKeys(bytes, 6, i =>
        Buffer.concat([Buffer.from([0x80 + ((i * 7919) % 127)]), filled(1000, [0xff]), sixDigits(i)]),
      ),
    ),
  'attributes: keys that are not UTF-8 and differ at the end': bytes =>
    log(
      attributesWithKeys(bytes, 6, i => Buffer.concat([filled(1000, [0xff]), sixDigits((i * 7919) % 1e6)])),
    ),
  'attributes: of a resource, many items': bytes =>
    proto(
      'traces',
      within(
        Buffer.concat([
          within(filled(bytes / 2, within(attribute(Buffer.from('key'), Buffer.from('value')), 1)), 1),
          within(filled(bytes / 2, [tag(2), 0]), 2),
        ]),
        1,
      ),
    ),
  'values: empty, in an array': bytes => log(within(filled(bytes, [tag(1), 0]), 5, 5)),
  'values: booleans in an array, JSON': bytes =>
    logJson(
      Buffer.concat([
        Buffer.from('"body":{"arrayValue":{"values":['),
        elements(bytes, '{"boolValue":true}'),
        Buffer.from(']}}'),
      ]),
    ),
  'values: of one map, one key': bytes =>
    log(within(filled(bytes, within(attribute(Buffer.from('k'), Buffer.from('v')), 1)), 6, 5)),
  'values: deep, many': bytes => log(filled(bytes, within(within(nested(Buffer.from('v'), 64), 2), 6))),
  'items: empty': bytes => proto('traces', within(filled(bytes, [tag(2), 0]), 2, 1)),
  'items: empty, JSON': bytes => ({
    signal: 'traces',
    encoding: 'otlp_json',
    value: Buffer.concat([
      Buffer.from('{"resourceSpans":[{"scopeSpans":[{"spans":['),
      elements(bytes, '{}'),
      Buffer.from(']}]}]}'),
    ]),
  }),
  'items: 900,000 empty': bytes =>
    proto('traces', within(filled(Math.min(bytes, 1_800_000), [tag(2), 0]), 2, 1)),
  'items: empty points': bytes => metric(within(filled(bytes, [tag(1), 0]), 5)),
  'items: small, one large resource': bytes =>
    proto(
      'traces',
      within(
        Buffer.concat([
          within(attribute(Buffer.from('k'), filled(Math.min(bytes / 2, 900_000), 'a')), 1, 1),
          within(filled(bytes / 2, within(Buffer.from('op'), 5, 2)), 2),
        ]),
        1,
      ),
    ),
  'items: small, a resource that is not UTF-8': bytes =>
    proto(
      'traces',
      within(
        Buffer.concat([
          within(attribute(Buffer.from('k'), filled(bytes / 2, [0xff])), 1, 1),
          within(filled(bytes / 2, within(Buffer.from('op'), 5, 2)), 2),
        ]),
        1,
      ),
    ),
  'items: unusual, of 1 KB': bytes =>
    proto(
      'traces',
      within(
        filled(forKernel(bytes), within(Buffer.concat([within(filled(1000, 'n'), 5), UNUSUAL]), 2)),
        2,
        1,
      ),
    ),
  'items: unusual, one large resource': bytes =>
    proto(
      'traces',
      within(
        Buffer.concat([
          within(attribute(Buffer.from('k'), filled(1_000_000, 'a')), 1, 1),
          within(filled(forKernel(bytes) - 1_000_000, within(UNUSUAL, 2)), 2),
        ]),
        1,
      ),
    ),
  'resources: empty': bytes => proto('traces', filled(bytes, [tag(1), 0])),
  'resources: of one span each': bytes => proto('traces', filled(bytes, within(Buffer.alloc(0), 2, 2, 1))),
  'scopes: empty': bytes => proto('traces', within(filled(bytes, [tag(2), 0]), 1)),
  'events: empty': bytes => span(filled(bytes, [tag(11), 0])),
  'numbers: of a histogram': bytes => metric(within(filled(bytes, [0]), 6, 1, 9)),
  'exemplars: empty': bytes => metric(within(filled(bytes, [tag(5), 0]), 1, 5)),
  'fields: unknown': bytes => log(filled(bytes, [15 * 8, 1])),
  'fields: one, again and again': bytes => log(filled(bytes, [tag(3), 0])),
  'fields: one message, again and again': bytes => log(filled(bytes, [tag(5), 0])),
  'fields: unknown, JSON': bytes => logJson(elements(bytes, '"x":0')),
  'white space, JSON': bytes => logJson(filled(bytes, ' ')),
  'white space first, JSON': bytes => ({
    signal: 'logs',
    encoding: 'otlp_json',
    value: Buffer.concat([filled(bytes, '\n'), Buffer.from(LOG_JSON.join(''))]),
  }),
  'a number of many digits, JSON': bytes =>
    logJson(Buffer.concat([Buffer.from('"body":{"doubleValue":'), filled(bytes, '7'), Buffer.from('}')])),
  'a quoted number of many digits, JSON': bytes =>
    logJson(Buffer.concat([Buffer.from('"timeUnixNano":"'), filled(bytes, '0'), Buffer.from('"')])),
  zeros: bytes => proto('logs', Buffer.alloc(bytes)),
  'open brackets, JSON': bytes => ({ signal: 'logs', encoding: 'otlp_json', value: filled(bytes, '[') }),
  'open objects, JSON': bytes => ({ signal: 'logs', encoding: 'otlp_json', value: filled(bytes, '{"x":') }),
  'logs in a topic of traces': bytes => ({
    ...log(filled(bytes, within(attribute(Buffer.from('k'), Buffer.from('v')), 6))),
    signal: 'traces',
  }),
} satisfies Record<string, Make>;

export type HostileKind = keyof typeof HOSTILE_RECORDS;
