import { describe, expect, it } from 'vitest';
import { decodeRecord } from '../../../../src/transform/decode/decode-record.js';
import { DEFAULT_LIMITS } from '../../../../src/transform/decode/limits.js';
import type { AnyValue, Metric, Span } from '../../../../src/transform/decode/otlp.js';
import { poisonOf } from './poison-of.js';

function decodeTraces(json: string | Buffer) {
  const decoded = decodeRecord('traces', 'otlp_json', Buffer.from(json), DEFAULT_LIMITS);
  if (decoded.signal !== 'traces') throw new Error('not traces');
  return decoded.request;
}

/** The span whose members are `members`. */
function decodeSpan(members: string | Buffer): Span {
  const [before, after] = ['{"resourceSpans":[{"scopeSpans":[{"spans":[{', '}]}]}]}'].map(part =>
    Buffer.from(part),
  );
  const json = Buffer.concat([before ?? Buffer.alloc(0), Buffer.from(members), after ?? Buffer.alloc(0)]);
  const span = decodeTraces(json).resourceSpans[0]?.scopeSpans[0]?.spans[0];
  if (!span) throw new Error('no span');
  return span;
}

function decodeValue(json: string): AnyValue | undefined {
  return decodeSpan(`"attributes":[{"key":"k","value":${json}}]`).attributes[0]?.value;
}

function decodeMetric(members: string): Metric | undefined {
  const json = `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{${members}}]}]}]}`;
  const decoded = decodeRecord('metrics', 'otlp_json', Buffer.from(json), DEFAULT_LIMITS);
  return decoded.signal === 'metrics'
    ? decoded.request.resourceMetrics[0]?.scopeMetrics[0]?.metrics[0]
    : undefined;
}

describe('names', () => {
  it('are lowerCamelCase, snake_case, or written with escapes', () => {
    expect(decodeSpan('"traceState":"a"').traceState).toBe('a');
    expect(decodeSpan('"trace_state":"a"').traceState).toBe('a');
    expect(decodeSpan('"trace\\u0053tate":"a"').traceState).toBe('a');
  });

  it('that are unknown are passed over, whatever they are called', () => {
    const members = '"Name":"x","":1,"__proto__":{"name":"x"},"constructor":[null,true,-1.5e3],"toString":{}';
    const span = decodeSpan(`${members},"name":"op"`);
    expect(span.name).toBe('op');
    expect(Object.getPrototypeOf(span)).toBe(Object.prototype);
  });

  it('that occur twice keep the last scalar, append to the list, merge the object', () => {
    expect(decodeSpan('"name":"a","name":"b"').name).toBe('b');
    expect(decodeSpan('"events":[{"name":"a"}],"events":[{"name":"b"}]').events.map(e => e.name)).toEqual([
      'a',
      'b',
    ]);
    expect(decodeSpan('"status":{"message":"m"},"status":{"code":2}').status).toEqual({
      message: 'm',
      code: 2,
    });
  });

  it('of a oneof start anew and unset one another', () => {
    expect(decodeValue('{"stringValue":"a","intValue":1}')).toStrictEqual({ intValue: 1n });
    expect(
      decodeValue('{"arrayValue":{"values":[{"intValue":1}]},"arrayValue":{"values":[{"intValue":2}]}}'),
    ).toStrictEqual({ arrayValue: { values: [{ intValue: 2n }] } });
  });
});

describe('null', () => {
  it('is an empty list, object or string, and the default of any other scalar', () => {
    expect(decodeSpan('"attributes":null').attributes).toEqual([]);
    expect(decodeSpan('"events":[null]').events).toEqual([
      { timeUnixNano: 0n, name: '', attributes: [], droppedAttributesCount: 0 },
    ]);
    expect(decodeSpan('"status":null').status).toBeUndefined();
    expect(decodeValue('null')).toBeUndefined();
    expect(decodeTraces('null')).toEqual({ resourceSpans: [] });
    const names =
      '"name":null,"kind":null,"flags":null,"startTimeUnixNano":null,"traceId":null,"spanId":null';
    expect(decodeSpan(`${names},"status":{"code":null,"message":null}`)).toEqual(decodeSpan('"status":{}'));
    expect(decodeSpan('"name":"a","flags":7,"name":null,"flags":null')).toEqual(decodeSpan(''));
  });

  it('of a oneof is as if it were not there, but for what the collector takes alone', () => {
    for (const name of ['intValue', 'boolValue', 'doubleValue', 'bytesValue'])
      expect(decodeValue(`{"${name}":null}`)).toStrictEqual({});
    expect(decodeValue('{"stringValue":null}')).toStrictEqual({ stringValue: '' });
    expect(decodeValue('{"arrayValue":null}')).toStrictEqual({ arrayValue: { values: [] } });
    expect(decodeMetric('"gauge":null')?.gauge).toStrictEqual({ dataPoints: [] });
  });

  it('never takes the place of another member, as from writers that name all of them', () => {
    const all = '"stringValue":null,"boolValue":null,"intValue":null,"doubleValue":null,"bytesValue":null';
    const messages = '"arrayValue":null,"kvlistValue":null';
    expect(decodeValue(`{"intValue":5,${all},${messages}}`)).toStrictEqual({ intValue: 5n });
    expect(decodeValue(`{${all},${messages},"boolValue":false}`)).toStrictEqual({ boolValue: false });
    expect(decodeValue(`{"arrayValue":{"values":[{}]},${messages},${all}}`)).toStrictEqual({
      arrayValue: { values: [{}] },
    });
    const gauge = '"gauge":{"dataPoints":[{"asInt":null,"asDouble":1.5,"asInt":null}]}';
    expect(decodeMetric(`${gauge},"sum":null,"gauge":null,"summary":null`)).toMatchObject({
      gauge: { dataPoints: [{ asDouble: 1.5 }] },
    });
  });

  it('of an optional number is none', () => {
    const members = '"min":null,"max":2,"sum":null';
    const metric = decodeMetric(`"histogram":{"dataPoints":[{${members}}]}`);
    const point = metric?.histogram?.dataPoints[0];
    expect([point?.min, point?.max, point?.sum]).toEqual([undefined, 2, undefined]);
  });

  it('is refused as an element of a list of numbers, and where another word begins', () => {
    const poison = poisonOf(() => decodeMetric('"histogram":{"dataPoints":[{"bucketCounts":["1",null]}]}'));
    expect(poison.fieldPath).toMatch(/bucketCounts\[1\]$/);
    expect(poisonOf(() => decodeSpan('"kind":nul')).message).toContain('expected null');
  });
});

describe('integers', () => {
  it.each([
    ['0', 0n],
    ['"0"', 0n],
    ['"007"', 7n],
    ['9007199254740993', 9007199254740993n],
    ['"9007199254740993"', 9007199254740993n],
    ['18446744073709551615', 2n ** 64n - 1n],
    [`"${'0'.repeat(50)}18446744073709551615"`, 2n ** 64n - 1n],
    ['1.0', 1n],
    ['"1.0"', 1n],
    ['1e3', 1000n],
    ['"1E+3"', 1000n],
    ['1.5e1', 15n],
    ['150e-1', 15n],
    ['0.0e-99', 0n],
    ['1.8446744073709551615e19', 2n ** 64n - 1n],
    ['1.76e18', 1_760_000_000_000_000_000n],
    [`1${'0'.repeat(300)}e-300`, 1n],
  ])('of 64 bits unsigned: %s', (json, value) => {
    expect(decodeSpan(`"startTimeUnixNano":${json}`).startTimeUnixNano).toBe(value);
  });

  it.each([
    '-1',
    '"-1"',
    '"+1"',
    '""',
    '" 1"',
    '1.5',
    '"1.5"',
    '15e-1',
    '1e-1',
    '1e',
    '"1e"',
    '"e3"',
    '"."',
    '".5e1"',
    '1e20',
    '1e999999999999',
    '1e-999999999999',
    '-1e0',
    '18446744073709551616',
    '18446744073709551616.0',
    '01',
    'true',
    '{}',
    '[]',
  ])('of 64 bits unsigned refuse %s', json => {
    expect(poisonOf(() => decodeSpan(`"startTimeUnixNano":${json}`)).reason).toBe('malformed');
  });

  it.each([
    ['-9223372036854775808', -(2n ** 63n)],
    ['"9223372036854775807"', 2n ** 63n - 1n],
    ['"+5"', 5n],
    ['-0', 0n],
    ['"-0"', 0n],
    ['-0.0', 0n],
    ['-1e2', -100n],
    ['-9.223372036854775808e18', -(2n ** 63n)],
    ['"+1e2"', 100n],
  ])('of 64 bits signed: %s', (json, value) => {
    expect(decodeValue(`{"intValue":${json}}`)).toStrictEqual({ intValue: value });
  });

  it.each([
    '9223372036854775808',
    '"-9223372036854775809"',
    '9.223372036854775808e18',
    '1.5',
    '"1e-2"',
    `"${'9'.repeat(100_000)}"`,
    `"0.${'9'.repeat(100_000)}e1"`,
  ])('of 64 bits signed refuse %s', json => {
    expect(poisonOf(() => decodeValue(`{"intValue":${json}}`)).fieldPath).toBe(
      'resourceSpans[0].scopeSpans[0].spans[0].attributes[0].value.intValue',
    );
  });

  it('of 32 bits are bare or quoted and within range', () => {
    expect(decodeSpan('"flags":4294967295').flags).toBe(4294967295);
    expect(decodeSpan('"flags":"5"').flags).toBe(5);
    expect(decodeSpan('"flags":1.0').flags).toBe(1);
    expect(decodeSpan('"flags":"4.294967295e9"').flags).toBe(4294967295);
    expect(decodeMetric('"exponentialHistogram":{"dataPoints":[{"scale":-0}]}')).toMatchObject({
      exponentialHistogram: { dataPoints: [{ scale: 0 }] },
    });
    for (const json of ['4294967296', '-1', '1.5', '1e10']) {
      expect(poisonOf(() => decodeSpan(`"flags":${json}`)).message).toContain(
        'an integer from 0 to 4294967295',
      );
    }
  });
});

describe('enums', () => {
  it('are numbers, unknown ones too, or names', () => {
    expect(decodeSpan('"kind":99').kind).toBe(99);
    expect(decodeSpan('"kind":-1').kind).toBe(-1);
    expect(decodeSpan('"kind":"SPAN_KIND_CLIENT"').kind).toBe(3);
    expect(decodeSpan('"kind":"2"').kind).toBe(2);
    expect(decodeSpan('"kind":2.0').kind).toBe(2);
  });

  it.each(['"SERVER"', '"span_kind_client"', '""', '"__proto__"', '2.5', '2147483648', 'true'])(
    'refuse %s',
    json => {
      expect(poisonOf(() => decodeSpan(`"kind":${json}`)).message).toContain('one of SPAN_KIND_UNSPECIFIED');
    },
  );
});

describe('doubles', () => {
  it.each([
    ['1.5', 1.5],
    ['-0', -0],
    ['-0.0', -0],
    ['1E5', 100000],
    ['1e-07', 1e-7],
    ['1e-400', 0],
    ['"1.5"', 1.5],
    ['".5"', 0.5],
    ['"NaN"', Number.NaN],
    ['"Infinity"', Number.POSITIVE_INFINITY],
    ['"-Infinity"', Number.NEGATIVE_INFINITY],
    ['"+inf"', Number.POSITIVE_INFINITY],
  ])('read %s', (json, value) => {
    expect(decodeValue(`{"doubleValue":${json}}`)).toStrictEqual({ doubleValue: value });
  });

  it.each(['1e400', '"1e400"', 'NaN', '+1', '.5', '1.', '01.5', '"x"', '""', '" 1"', 'true'])(
    'refuse %s',
    json => {
      expect(poisonOf(() => decodeValue(`{"doubleValue":${json}}`)).reason).toBe('malformed');
    },
  );
});

describe('bools', () => {
  it('are true and false and nothing else', () => {
    expect(decodeValue('{"boolValue":false}')).toStrictEqual({ boolValue: false });
    for (const json of ['"true"', '1', 'tru']) {
      expect(poisonOf(() => decodeValue(`{"boolValue":${json}}`)).reason).toBe('malformed');
    }
  });
});

describe('ids', () => {
  it('are hex of either case, or empty', () => {
    expect(decodeSpan('"spanId":"abCDef0123456789"').spanId).toStrictEqual(
      Buffer.from('abcdef0123456789', 'hex'),
    );
    expect(decodeSpan('"spanId":""').spanId).toStrictEqual(Buffer.alloc(0));
  });

  it.each(['"0"', '"0102"', '"zz02030405060708"', '"AQIDBAUGBwg="', '0102030405060708'])(
    'refuse %s',
    json => {
      expect(poisonOf(() => decodeSpan(`"spanId":${json}`)).message).toContain(
        '16 hex digits in quotes, or ""',
      );
    },
  );
});

describe('bytes', () => {
  it.each([
    ['""', ''],
    ['"AQI="', '0102'],
    ['"AR=="', '01'],
    ['"+/8="', 'fbff'],
    ['"-_8="', 'fbff'],
    ['"-_8"', 'fbff'],
    ['"AQI"', '0102'],
    ['"AQ"', '01'],
    ['"-_-_"', 'fbffbf'],
    ['"AQ\\n=="', '01'],
    ['"AQID\\r\\nBAU=\\r\\n"', '0102030405'],
    ['[]', ''],
    ['[ 1, 255,"2" ]', '01ff02'],
    [`[${Array(150).fill(7)}]`, '07'.repeat(150)],
  ])('read %s', (json, hex) => {
    expect(decodeValue(`{"bytesValue":${json}}`)).toStrictEqual({ bytesValue: Buffer.from(hex, 'hex') });
  });

  it.each([
    '"A"',
    '"AQIDB"',
    '"AQ="',
    '"AQI=="',
    '"AQ==AQ=="',
    '"A==="',
    '"===="',
    '"AQ =="',
    '"***"',
    '5',
    '[256]',
    '[-1]',
    '[1,"x"]',
    '[1.5]',
    '[[]]',
  ])('refuse %s', json => {
    expect(poisonOf(() => decodeValue(`{"bytesValue":${json}}`)).message).toContain('base64');
  });
});

describe('strings', () => {
  it.each([
    ['every short escape', '"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\/\b\f\n\r\t'],
    ['hex escapes', '"\\u0041\\u00E9"', 'Aé'],
    ['a pair', '"\\ud83d\\uDE00"', '\u{1f600}'],
    ['half a pair', '"a\\ud800b"', 'a\ufffdb'],
    ['half a pair before another escape', '"\\ud800\\u0041"', '\ufffdA'],
    ['halves the wrong way round', '"\\udc00\\ud800"', '\ufffd\ufffd'],
    ['half a pair before a pair', '"\\ud800\\ud83d\\ude00"', '\ufffd\u{1f600}'],
    ['an escape that looks like a byte that is not UTF-8', '"\\udc80"', '\ufffd'],
    ['an escaped backslash before such letters', '"\\\\udc80"', '\\udc80'],
    ['separators of lines that JavaScript minded', '"\u2028\u2029"', '\u2028\u2029'],
  ])('read %s', (_what, json, text) => {
    expect(decodeSpan(`"name":${json}`).name).toBe(text);
  });

  it('keep bytes that are not UTF-8, with escapes beside them and without', () => {
    expect(decodeSpan(Buffer.from('"name":"a\xff\xe2\x82"', 'latin1')).name).toBe('a\udcff\udce2\udc82');
    expect(decodeSpan(Buffer.from('"name":"\\n\xff\\ud800"', 'latin1')).name).toBe('\n\udcff\ufffd');
  });

  it.each(['"\\x"', '"\\u12"', '"\\u12G4"', '"a\nb"', '"\u0000"', '5', 'true', '{}'])('refuse %j', json => {
    expect(poisonOf(() => decodeSpan(`"name":${json}`)).fieldPath).toBe(
      'resourceSpans[0].scopeSpans[0].spans[0].name',
    );
  });
});

describe('the record', () => {
  it('may begin with white space or a byte order mark, and end with white space', () => {
    for (const json of [' \r\n\t{}', '\ufeff{}', ' \ufeff\n{}', '{"resourceSpans":[]}\r\n\t ']) {
      expect(decodeTraces(json)).toEqual({ resourceSpans: [] });
    }
  });

  it.each([
    ['', 0, 'expected an object, found the end of the record'],
    ['[]', 0, 'expected an object, found an array'],
    ['"x"', 0, 'expected an object, found a string'],
    ['\x01', 0, 'expected an object, found character 0x01'],
    ['{"a":1 "b":2}', 7, 'expected a comma or the end of the object, found a string'],
    ['{"a" 1}', 5, 'expected a colon, found a number'],
    ['{,}', 1, "expected the name of a member in quotes, found ','"],
    ['{"a":1,}', 7, "expected the name of a member in quotes, found '}'"],
    ['{"a":[1,]}', 8, "expected a value, found ']'"],
    ['{"a":tru}', 5, 'expected true'],
    ['{"a":-}', 5, 'a digit is missing in a number'],
    ['{"a":1.}', 5, 'a digit is missing in a number'],
    ['{"a":1e}', 5, 'a digit is missing in a number'],
    ['{"a":01}', 6, 'expected a comma or the end of the object'],
    ['{"a":"b', 5, 'a string without end'],
    ['{"é":"b', 6, 'a string without end'],
    ['{"a":[{"b":{}', 13, 'found the end of the record'],
    ['{"resourceSpans":[{},{}}', 23, "expected a comma or the end of the array, found '}'"],
    ['{}x', 2, "expected another request or the end of the record, found 'x'"],
    ['{}\n\n  }', 6, "expected another request or the end of the record, found '}'"],
    ['{},{}', 2, "expected another request or the end of the record, found ','"],
    ['{}[]', 2, 'expected another request or the end of the record, found an array'],
    ['{}null', 2, "expected another request or the end of the record, found 'n'"],
    ['{} 5', 3, 'expected another request or the end of the record, found a number'],
    ['{"resourceSpans":[]} é', 21, 'found character 0xe9'],
    ['{}\0', 2, 'found character 0x00'],
    ['{}{"resourceSpans":7', 19, 'expected an array, found a number'],
    ['{}\n{"resourceSpans":[{}', 23, 'found the end of the record'],
    ['null{}x', 6, "expected another request or the end of the record, found 'x'"],
  ])('%j is refused at byte %i', (json, byteOffset, problem) => {
    const poison = poisonOf(() => decodeTraces(json));
    expect(poison.reason).toBe('malformed');
    expect(poison.message).toContain(problem);
    expect(poison.byteOffset).toBe(byteOffset);
  });

  it.each([
    ['a line each', '\n'],
    ['a line each, as Windows ends them', '\r\n'],
    ['blank lines between them', '\n \n\n'],
    ['nothing between them', ''],
    ['a byte order mark each', '\n\ufeff'],
  ])('may be several requests: %s', (_what, between) => {
    const request = (name: string) =>
      JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ name }] }] }] }, null, 2);
    for (const after of ['', '\n']) {
      const { resourceSpans } = decodeTraces(
        [request('a'), '{}', request('b'), request('c')].join(between) + after,
      );
      const names = resourceSpans.map(({ scopeSpans }) => scopeSpans[0]?.spans[0]?.name);
      expect(names).toEqual(['a', 'b', 'c']);
    }
  });

  it('of several requests is wrong where one of them is, counted over all', () => {
    const request = '{"resourceSpans":[{"scopeSpans":[{"spans":[{}]}]}]}';
    const poison = poisonOf(() => decodeTraces(`${request}\n${request.replace('[{}]', '[{"name":5}]')}`));
    expect(poison.fieldPath).toBe('resourceSpans[1].scopeSpans[0].spans[0].name');
    expect(poison.byteOffset).toBe(request.length + 1 + request.indexOf('{}') + '{"name":'.length);
  });

  it.each([
    [Buffer.of(0x0a, 0xa9), 'found byte 0xa9, which is not UTF-8'],
    [Buffer.from('{😀'), 'found character 0x1f600'],
  ])('of the bytes %j is refused with what was found there', (bytes, problem) => {
    expect(poisonOf(() => decodeTraces(bytes)).message).toContain(problem);
  });
});
