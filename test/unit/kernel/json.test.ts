import { describe, expect, it } from 'vitest';
import type { Signal } from '../../../src/transform/decode/otlp.js';
import { createPlainTransform } from '../../../src/transform/plain-transform.js';
import { allKindsOn } from '../../support/all-kinds-on.js';
import { kernelOf, takenBy } from '../../support/kernel.js';

const kernel = kernelOf(allKindsOn(), 'lasting');
const plain = createPlainTransform(allKindsOn());

/** A request whose only span has these members. */
const span = (members: string) => `{"resourceSpans":[{"scopeSpans":[{"spans":[{${members}}]}]}]}`;

/** A span whose only attribute has this value. */
const attribute = (value: string) => span(`"attributes":[{"key":"a","value":${value}}]`);

/** A gauge whose points have these values. */
function gauge(numbers: readonly string[]): string {
  const points = numbers.map(number => `{"asDouble":${number}}`).join();
  return `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"gauge":{"dataPoints":[${points}]}}]}]}]}`;
}

const read = (signal: Signal, json: string | Buffer) =>
  takenBy(kernel, signal, 'otlp_json', Buffer.from(json as string));

/** Makes the rows of the text, and sees to it that they are those of the plain transform. */
function rowsOf(signal: Signal, json: string | Buffer): Record<string, unknown>[] {
  const rows = read(signal, json)?.messages.map(({ value }) => value.toString());
  const { messages } = plain(signal, 'otlp_json', Buffer.from(json as string));
  expect(rows).toStrictEqual(messages.map(({ value }) => value.toString()));
  return rows?.map(row => JSON.parse(row)) ?? [];
}

describe('the kernel takes', () => {
  it.each([
    { what: 'names of either spelling', members: '"start_time_unix_nano":"5","end_time_unix_nano":"6"' },
    { what: 'names in any order', members: '"endTimeUnixNano":"6","name":"","startTimeUnixNano":"5"' },
    { what: 'integers without quotes', members: '"startTimeUnixNano":5,"endTimeUnixNano":6' },
    { what: 'zeros in front of quoted ones', members: '"startTimeUnixNano":"005","endTimeUnixNano":"6"' },
    { what: 'white space', members: ' "startTimeUnixNano" :\n"5"\t,\r"endTimeUnixNano":  6 ' },
    {
      what: 'a name that comes twice',
      members: '"startTimeUnixNano":1,"startTimeUnixNano":5,"endTimeUnixNano":6',
    },
    {
      what: 'unknown members',
      members: '"x":{"y":[{},[],"\\u00e9",-1.5e3,true,null]},"startTimeUnixNano":5,"endTimeUnixNano":6',
    },
    {
      what: 'null for lists, messages and strings',
      members: '"attributes":null,"status":null,"name":null,"startTimeUnixNano":5,"endTimeUnixNano":6',
    },
  ])('$what', ({ members }) => {
    expect(rowsOf('traces', span(members))).toMatchObject([
      { Timestamp: '0000000000.000000005', Duration: 1 },
    ]);
  });

  it.each([
    { kind: '3', becomes: 'Client' },
    { kind: '"SPAN_KIND_SERVER"', becomes: 'Server' },
    { kind: '-1', becomes: '' },
    { kind: '2147483647', becomes: '' },
  ])('the enum $kind', ({ kind, becomes }) => {
    expect(rowsOf('traces', span(`"kind":${kind}`))).toMatchObject([{ SpanKind: becomes }]);
  });

  it.each([
    { id: '00112233445566778899aabbccddeeff', becomes: '00112233445566778899aabbccddeeff' },
    { id: '00112233445566778899AABBCCDDEEFF', becomes: '00112233445566778899aabbccddeeff' },
    { id: '', becomes: '' },
  ])('the id "$id"', ({ id, becomes }) => {
    expect(rowsOf('traces', span(`"traceId":"${id}"`))).toMatchObject([{ TraceId: becomes }]);
  });

  it.each([
    { value: '{"stringValue":"x"}', becomes: 'x' },
    { value: `{"stringValue":"${'long '.repeat(100)}"}`, becomes: 'long '.repeat(100) },
    {
      value: '{"stringValue":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\u20ac"}',
      becomes: '"\\/\b\f\n\r\tAé€',
    },
    { value: '{"stringValue":"\\ud83d\\ude00"}', becomes: '😀' },
    { value: '{"stringValue":"\\ud83d, \\ude00\\ud83d\\ud83d\\ude00"}', becomes: '\ufffd, \ufffd\ufffd😀' },
    { value: '{"stringValue":"é€😀\u2028"}', becomes: 'é€😀\u2028' },
    { value: '{"intValue":"-9223372036854775808"}', becomes: '-9223372036854775808' },
    { value: '{"intValue":-0}', becomes: '0' },
    { value: '{"boolValue":false}', becomes: 'false' },
    { value: '{"doubleValue":0.1}', becomes: '0.1' },
    { value: '{"doubleValue":"-Infinity"}', becomes: '-Infinity' },
    { value: '{"doubleValue":"NaN"}', becomes: 'NaN' },
    { value: '{"bytesValue":"AQID/+8="}', becomes: 'AQID/+8=' },
    { value: '{"bytesValue":"AA=="}', becomes: 'AA==' },
    { value: '{"bytesValue":""}', becomes: '' },
    { value: '{"arrayValue":{"values":[{"intValue":1},null,{}]}}', becomes: '[1,null,null]' },
    { value: '{"kvlistValue":{"values":[{"key":"k","value":{"boolValue":true}}]}}', becomes: '{"k":true}' },
    { value: 'null', becomes: '' },
  ])('the value $value', ({ value, becomes }) => {
    expect(rowsOf('traces', attribute(value))).toMatchObject([{ SpanAttributes: { a: becomes } }]);
  });

  it('a byte order mark', () => {
    expect(rowsOf('traces', `\ufeff ${span('"name":"n"')} `)).toMatchObject([{ SpanName: 'n' }]);
  });

  it.each(['\n', '\r\n', '\n\n \t', ''])('several requests with %j between them', between => {
    const requests = [span('"name":"a"'), '{ }', span('"name":"b"'), span('"name":"c"')];
    const rows = [{ SpanName: 'a' }, { SpanName: 'b' }, { SpanName: 'c' }];
    expect(rowsOf('traces', requests.join(between))).toMatchObject(rows);
    expect(rowsOf('traces', requests.join(between) + between)).toMatchObject(rows);
  });

  it('bytes that are not UTF-8', () => {
    const json = Buffer.concat([Buffer.from('\xff\xc3"\xe2\x82\\u00e9', 'latin1')]);
    const [before = '', after = ''] = span('"name":"#"').split('#');
    const name = Buffer.concat([
      Buffer.from(before),
      json.subarray(0, 2),
      json.subarray(3),
      Buffer.from(after),
    ]);
    expect(rowsOf('traces', name)).toMatchObject([{ SpanName: '\ufffd\ufffd\ufffd\ufffdé' }]);
  });
});

it('doubles are read exactly', () => {
  const texts = [
    ...['0', '-0', '1', '-1.5', '123456789012345678', '9007199254740993', '1e22', '1e23', '-1e-22', '1e-23'],
    ...['0.30000000000000004', '5e-324', '2.2250738585072011e-308', '1.7976931348623157E+308', '1e-400'],
    ...[
      '2.00000000000000011102230246251565404',
      `0.${'0'.repeat(30)}1`,
      '100000000000000000000000000',
      '1e00005',
    ],
    ...Array.from({ length: 500 }, (_, i) => String(Math.sin(i) * 10 ** ((i % 60) - 30))),
    ...Array.from({ length: 500 }, (_, i) => (Math.cos(i) * 1000).toFixed(i % 12)),
  ];
  const values = texts.map(text => ({ Value: Number(text) }));
  expect(rowsOf('metrics', gauge(texts))).toMatchObject(values);
  expect(rowsOf('metrics', gauge(texts.map(text => `"${text}"`)))).toMatchObject(values);
});

it.each([
  { what: 'a name with an escape', json: span('"n\\u0061me":"n"') },
  { what: 'a quoted number of many zeros', json: span(`"startTimeUnixNano":"${'0'.repeat(30)}"`) },
  { what: 'a quoted number that JSON would not have', json: attribute('{"intValue":"+1"}') },
  { what: 'a quoted double that JSON would not have', json: attribute('{"doubleValue":".5"}') },
  { what: 'a null string of a oneof', json: attribute('{"intValue":"5","stringValue":null}') },
  { what: 'a null message of a oneof', json: attribute('{"intValue":"5","kvlistValue":null}') },
  { what: 'a null number', json: span('"startTimeUnixNano":null') },
  { what: 'an integer with an exponent', json: span('"startTimeUnixNano":1e3') },
  { what: 'base64 of another alphabet', json: attribute('{"bytesValue":"A-__"}') },
  { what: 'base64 without padding', json: attribute('{"bytesValue":"AAA"}') },
  { what: 'an enum as a quoted number', json: span('"kind":"3"') },
  { what: 'what may be the root of another signal', json: span('').replace('{', '{"resource_logs":null,') },
  { what: 'a mark before a later request', json: `{}\n\ufeff${span('')}` },
])('the kernel leaves $what to the plain transform, which takes it', ({ json }) => {
  expect(read('traces', json)).toBeNull();
  expect(plain('traces', 'otlp_json', Buffer.from(json)).messages).toHaveLength(1);
});

it.each([
  '',
  '[]',
  '"a"',
  span('"name":5'),
  span('"name":"\\x"'),
  span('"name":"\\ud83d\\u12"'),
  span('"name":"a\tb"'),
  span('"name" "n"'),
  span('"name":"n",'),
  span('"name":"n"').slice(0, -3),
  span('"traceId":"0011"'),
  span('"traceId":"00112233445566778899aabbccddeefg"'),
  span('"kind":"SERVER"'),
  span('"kind":2147483648'),
  span('"startTimeUnixNano":1.5'),
  span('"startTimeUnixNano":01'),
  span('"startTimeUnixNano":-1'),
  span('"startTimeUnixNano":18446744073709551616'),
  span('"startTimeUnixNano":99999999999999999999'),
  span('"droppedEventsCount":4294967296'),
  attribute('{"intValue":"9223372036854775808"}'),
  attribute('{"doubleValue":1e999}'),
  attribute('{"doubleValue":1.}'),
  attribute('{"doubleValue":"Infinity2"}'),
  attribute('{"boolValue":"true"}'),
  attribute('{"bytesValue":"AAAAA"}'),
  attribute('{"bytesValue":"A==="}'),
  attribute('{"bytesValue":"A*__"}'),
  `${span('')} {`,
  `${span('')}}`,
  `${span('')},${span('')}`,
  `${span('')}null`,
  `${span('')}\0`,
  `${span('')}\n{"level":"info"}`,
  `${span('')}\n{"resourceLogs":[]}`,
  '{"resourceSpans":[{}],"resourceLogs":[{}]}',
  '{"ResourceSpans":[]}',
  attribute(`${'{"arrayValue":{"values":['.repeat(70)}${']}}'.repeat(70)}`),
  span(`"x":${'['.repeat(70)}${']'.repeat(70)}`),
])('the kernel does not take %s, and the plain transform refuses it', json => {
  expect(read('traces', json)).toBeNull();
  expect(() => plain('traces', 'otlp_json', Buffer.from(json))).toThrow();
});

it.each([
  '{}',
  ' { } ',
  '{"resourceSpans":[]}',
  '{"resourceSpans":[{"instrumentationLibrarySpans":[{}]}]}',
  'null',
])('the kernel leaves %s to the plain transform, which tells why there are no rows', json => {
  expect(read('traces', json)).toBeNull();
  expect(plain('traces', 'otlp_json', Buffer.from(json)).messages).toEqual([]);
});

it('strings of any length are read to their end', () => {
  const texts = Array.from({ length: 300 }, (_, length) => 'x'.repeat(length));
  const spans = texts.flatMap(text => [
    `"name":"${text}"`,
    `"name":"${text}\\n"`,
    `"attributes":[{"key":"${text}","value":{"stringValue":"${text}"}}]`,
    `"attributes":[{"key":"${text}","value":{"intValue":"7"}}]`,
  ]);
  expect(rowsOf('traces', span(spans.join('},{')))).toMatchObject(
    texts.flatMap(text => [
      { SpanName: text },
      { SpanName: `${text}\n` },
      { SpanAttributes: { [text]: text } },
      { SpanAttributes: { [text]: '7' } },
    ]),
  );
});
