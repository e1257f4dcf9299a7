import { describe, expect, it } from 'vitest';
import { createTransform } from '../../../src/create-transform.js';
import { PoisonRecord } from '../../../src/errors.js';
import type { Signal } from '../../../src/transform/decode/otlp.js';
import { createPlainTransform } from '../../../src/transform/plain-transform.js';
import type { TransformRecord, TransformSettings } from '../../../src/transform/transform-record.js';
import { allKindsOn, withEncoding } from '../../support/all-kinds-on.js';
import { bytesField, metricRequest, spanRequest, tag, varintField } from '../transform/decode/wire.js';

/**
 * Cases in which the kernel could take a record and make something else of it than the plain transform, or take one that it
 * has to leave. Each stands for a change of the kernel that only random tests could have seen.
 */

type Encoding = 'otlp_proto' | 'otlp_json';

/** What the transform makes, with the kernel and without: rows, or the reason why there are none. */
function rowsOf(
  signal: Signal,
  encoding: Encoding,
  value: Buffer | string,
  settings: TransformSettings = allKindsOn(),
): Record<string, unknown>[] | string {
  const bytes = Buffer.from(value as string);
  const made = outcome(createTransform(settings), signal, encoding, bytes);
  const plain = outcome(createPlainTransform(settings), signal, encoding, bytes);
  // Not `toEqual`, which takes minutes to tell the difference of large rows.
  expect(made.length).toBe(plain.length);
  expect(made === plain, 'the same as the plain transform').toBe(true);
  return plain.startsWith('[') ? JSON.parse(plain) : plain;
}

function outcome(transform: TransformRecord, signal: Signal, encoding: Encoding, value: Buffer): string {
  try {
    const { messages, kernelFailure } = transform(signal, encoding, value);
    return kernelFailure ?? `[${messages.map(message => message.value.toString()).join()}]`;
  } catch (error) {
    if (error instanceof PoisonRecord) return error.kernelFailure ?? error.reason;
    throw error;
  }
}

const span = (members: string) => `{"resourceSpans":[{"scopeSpans":[{"spans":[{${members}}]}]}]}`;
const attribute = (value: string) => span(`"attributes":[{"key":"a","value":${value}}]`);
const gauge = (number: string) =>
  `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"gauge":{"dataPoints":[{"asDouble":${number}}]}}]}]}]}`;

it.each(Array.from({ length: 31 }, (_, i) => 100 + i))('an attribute whose key has %i bytes', length => {
  const key = 'k'.repeat(length);
  const values = ['{"intValue":"-1"}', '{"intValue":"7"}', '{"boolValue":true}'];
  const spans = values.map(value => `"attributes":[{"key":"${key}","value":${value}}]`);
  const request = span(spans.join('},{'));
  expect(rowsOf('traces', 'otlp_json', request)).toMatchObject([
    { SpanAttributes: { [key]: '-1' } },
    { SpanAttributes: { [key]: '7' } },
    { SpanAttributes: { [key]: 'true' } },
  ]);
  const { plainItems } = createTransform(allKindsOn())('traces', 'otlp_json', Buffer.from(request));
  expect(plainItems).toBeUndefined();
});

describe('nesting is bounded', () => {
  const maxNesting = 5;
  const settings = allKindsOn();
  settings.limits = { ...settings.limits, max_nesting: maxNesting };

  const nested = {
    otlp_json: (levels: number) => {
      const [open, close] = ['{"arrayValue":{"values":[', ']}}'];
      return Buffer.from(attribute(`${open.repeat(levels - 1)}{"intValue":1}${close.repeat(levels - 1)}`));
    },
    otlp_proto: (levels: number) => {
      let value = varintField(3, 1);
      for (let level = 1; level < levels; level++) value = bytesField(5, bytesField(1, value));
      return spanRequest(bytesField(9, bytesField(1, 'a'), bytesField(2, value)));
    },
  };

  it.each(['otlp_json', 'otlp_proto'] as const)('of values in %s', encoding => {
    expect(rowsOf('traces', encoding, nested[encoding](maxNesting), settings)).toHaveLength(1);
    expect(rowsOf('traces', encoding, nested[encoding](maxNesting + 1), settings)).toBe('nesting_limit');
  });

  it.each([
    ['[', ']'],
    ['{"x":', '}'],
  ])('of unknown fields, in %s', (open, close) => {
    const unknown = (levels: number) => span(`"x":${open.repeat(levels)}1${close.repeat(levels)}`);
    expect(rowsOf('traces', 'otlp_json', unknown(maxNesting), settings)).toHaveLength(1);
    expect(rowsOf('traces', 'otlp_json', unknown(maxNesting + 1), settings)).toBe('nesting_limit');
  });
});

it.each([
  ['two second halves', '\\udc00\\udc00', '\ufffd\ufffd'],
  ['two first halves', '\\ud83d\\ud83d', '\ufffd\ufffd'],
  ['a second half before a pair', '\\udc00\\ud83d\\ude00', '\ufffd😀'],
])('of surrogates %s', (_what, escapes, text) => {
  expect(rowsOf('traces', 'otlp_json', span(`"name":"${escapes}"`))).toMatchObject([{ SpanName: text }]);
});

it('a NaN that a later member of the same name replaces', () => {
  const pair = (value: string) => `{"key":"a","value":{"doubleValue":${value}}}`;
  const list = (...values: string[]) => attribute(`{"kvlistValue":{"values":[${values.map(pair).join()}]}}`);
  expect(rowsOf('traces', 'otlp_json', list('"NaN"', '1'))).toMatchObject([
    { SpanAttributes: { a: '{"a":1}' } },
  ]);
  expect(rowsOf('traces', 'otlp_json', list('1', '"NaN"'))).not.toMatchObject([
    { SpanAttributes: { a: '{"a":1}' } },
  ]);
});

it.each([
  // One more than 64 bits hold, which is 1 in them; and six times 2^64 and 5.
  '18446744073709551617',
  '1.10680464442257309701',
  '-1.10680464442257309701',
  '110680464442257309701e-22',
])('a double of more digits than 64 bits hold: %s', text => {
  expect(rowsOf('metrics', 'otlp_json', gauge(text))).toMatchObject([{ Value: Number(text) }]);
});

it('a status that comes in two parts is one', () => {
  const status = [{ StatusCode: 'Error', StatusMessage: 'm' }];
  const parts = [bytesField(15, varintField(3, 2)), bytesField(15, bytesField(2, 'm'))];
  expect(rowsOf('traces', 'otlp_proto', spanRequest(...parts))).toMatchObject(status);
  expect(rowsOf('traces', 'otlp_proto', spanRequest(...parts.reverse()))).toMatchObject(status);
  const json = span('"status":{"code":2},"status":{"message":"m"}');
  expect(rowsOf('traces', 'otlp_json', json)).toMatchObject(status);
});

describe('a list of numbers of eight bytes', () => {
  const BUCKETS = 6;
  const BOUNDS = 7;
  const histogram = (field: number, bytes: number) =>
    metricRequest(bytesField(9, bytesField(1, [...tag(field, 2), bytes, ...Array(bytes).fill(0)])));

  it.each([BUCKETS, BOUNDS])('in field %i ends with one', field => {
    expect(rowsOf('metrics', 'otlp_proto', histogram(field, 16))).toHaveLength(1);
    for (const bytes of [1, 7, 9, 12, 15]) {
      expect(rowsOf('metrics', 'otlp_proto', histogram(field, bytes))).toBe('malformed');
    }
  });
});

describe('empty events and links', () => {
  const [event, link] = [bytesField(11), bytesField(13)];
  const parts = (part: number[], count: number): number[] => new Array(count).fill(part).flat();

  /** So many spans with so many of each. */
  function request(spans: number, each: number): Buffer {
    const one = bytesField(2, parts(event, each), parts(link, each));
    return Buffer.from(bytesField(1, bytesField(2, parts(one, spans))));
  }

  it.each(['exact', 'rfc3339'] as const)('are given the room they take, with times: %s', time_format => {
    const rows = rowsOf('traces', 'otlp_proto', request(6, 16_000), allKindsOn({ time_format }));
    expect(rows).toHaveLength(6);
    expect(rows[5]).toMatchObject({ 'Events.Name': new Array(16_000).fill('') });
  });

  it('are too many for the kernel together, not only each', () => {
    // Each could be read as the other: the second field is the name of an event and the span of a link.
    const events = parts(bytesField(11, bytesField(2, 'AAAAAAAA')), 20_000);
    const links = parts(bytesField(13, bytesField(2, 'BBBBBBBB')), 20_000);
    for (const both of [
      [events, links],
      [links, events],
    ]) {
      expect(rowsOf('traces', 'otlp_proto', spanRequest(...both))).toMatchObject([
        {
          'Events.Name': new Array(20_000).fill('AAAAAAAA'),
          'Links.SpanId': new Array(20_000).fill('4242424242424242'),
        },
      ]);
    }
    expect(rowsOf('traces', 'otlp_proto', request(1, 40_000))).toHaveLength(1);
  });
});

it('an item without attributes after a list of keys was forgotten', () => {
  const attributes = (...keys: string[]) =>
    `"attributes":[${keys.map(key => `{"key":"${key}","value":{"stringValue":"v"}}`).join()}]`;
  // The third has the place of the first, and in this format equal keys are not remembered.
  const lists = [attributes('a1', 'a2'), attributes('a1', 'a2'), attributes('a3', 'a3'), attributes()];
  const settings = withEncoding(allKindsOn({ row_format: 'glassflow' }), 'native', ['traces']);
  const request = Buffer.from(span(lists.join('},{')));
  const { messages } = createTransform(settings)('traces', 'otlp_json', request);
  const plain = createPlainTransform(settings)('traces', 'otlp_json', request);
  expect(messages.map(({ value }) => value.toString('hex'))).toStrictEqual(
    plain.messages.map(({ value }) => value.toString('hex')),
  );
});
