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
  it('is an empty list, object or string', () => {
    expect(decodeSpan('"attributes":null').attributes).toEqual([]);
    expect(decodeSpan('"events":[null]').events).toEqual([
      { timeUnixNano: 0n, name: '', attributes: [], droppedAttributesCount: 0 },
    ]);
    expect(decodeSpan('"status":null').status).toBeUndefined();
    expect(decodeSpan('"name":null').name).toBe('');
    expect(decodeValue('null')).toBeUndefined();
    expect(decodeValue('{"arrayValue":null}')).toStrictEqual({ arrayValue: { values: [] } });
    expect(decodeMetric('"gauge":null')?.gauge).toStrictEqual({ dataPoints: [] });
    expect(decodeTraces('null')).toEqual({ resourceSpans: [] });
  });

  it.each([
    '"kind":null',
    '"flags":null',
    '"startTimeUnixNano":null',
    '"traceId":null',
    '"status":{"code":null}',
  ])('is refused in %s', members => {
    expect(poisonOf(() => decodeSpan(members)).message).toContain('expected');
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
  ])('of 64 bits unsigned: %s', (json, value) => {
    expect(decodeSpan(`"startTimeUnixNano":${json}`).startTimeUnixNano).toBe(value);
  });

  it.each([
    '-1',
    '"-1"',
    '"+1"',
    '""',
    '" 1"',
    '1.0',
    '1e3',
    '"1.0"',
    '18446744073709551616',
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
  ])('of 64 bits signed: %s', (json, value) => {
    expect(decodeValue(`{"intValue":${json}}`)).toStrictEqual({ intValue: value });
  });

  it.each(['9223372036854775808', '"-9223372036854775809"', '1.5', '"1e2"', `"${'9'.repeat(100_000)}"`])(
    'of 64 bits signed refuse %s',
    json => {
      expect(poisonOf(() => decodeValue(`{"intValue":${json}}`)).fieldPath).toBe(
        'resourceSpans[0].scopeSpans[0].spans[0].attributes[0].value.intValue',
      );
    },
  );

  it('of 32 bits are bare or quoted and within range', () => {
    expect(decodeSpan('"flags":4294967295').flags).toBe(4294967295);
    expect(decodeSpan('"flags":"5"').flags).toBe(5);
    expect(decodeMetric('"exponentialHistogram":{"dataPoints":[{"scale":-0}]}')).toMatchObject({
      exponentialHistogram: { dataPoints: [{ scale: 0 }] },
    });
    for (const json of ['4294967296', '-1', '1.0']) {
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
  });

  it.each(['"2"', '"SERVER"', '"__proto__"', '2.0', '2147483648', 'true'])('refuse %s', json => {
    expect(poisonOf(() => decodeSpan(`"kind":${json}`)).message).toContain('one of SPAN_KIND_UNSPECIFIED');
  });
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

  it.each(['1e400', '"1e400"', 'NaN', '+1', '.5', '1.', '01.5', '"x"', '""', '" 1"', 'true', 'null'])(
    'refuse %s',
    json => {
      expect(poisonOf(() => decodeValue(`{"doubleValue":${json}}`)).reason).toBe('malformed');
    },
  );
});

describe('bools', () => {
  it('are true and false and nothing else', () => {
    expect(decodeValue('{"boolValue":false}')).toStrictEqual({ boolValue: false });
    for (const json of ['"true"', '1', 'null', 'tru']) {
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
  ])('read %s', (json, hex) => {
    expect(decodeValue(`{"bytesValue":${json}}`)).toStrictEqual({ bytesValue: Buffer.from(hex, 'hex') });
  });

  it.each(['"AQI"', '"-_-_"', '"AQ==AQ=="', '"A==="', '"===="', '"AQ\\n=="', '"***"', 'null', '5'])(
    'refuse %s',
    json => {
      expect(poisonOf(() => decodeValue(`{"bytesValue":${json}}`)).message).toContain('base64');
    },
  );
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
  it('may begin with white space or a byte order mark, and what follows the first value is ignored', () => {
    for (const json of [
      ' \r\n\t{}',
      '\ufeff{}',
      '{}x',
      '{}{"resourceSpans":7',
      '{"resourceSpans":[]} trailing',
    ]) {
      expect(decodeTraces(json)).toEqual({ resourceSpans: [] });
    }
  });

  it.each([
    ['', 0, 'expected an object, found the end of the record'],
    ['  ', 2, 'expected an object, found the end of the record'],
    ['[]', 0, 'expected an object, found an array'],
    ['"x"', 0, 'expected an object, found a string'],
    ['hello', 0, "expected an object, found 'h'"],
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
  ])('%j is refused at byte %i', (json, byteOffset, problem) => {
    const poison = poisonOf(() => decodeTraces(json));
    expect(poison.reason).toBe('malformed');
    expect(poison.message).toContain(problem);
    expect(poison.byteOffset).toBe(byteOffset);
  });

  it.each([
    [Buffer.of(0x0a, 0xa9), 'found byte 0xa9, which is not UTF-8'],
    [Buffer.from('😀'), 'found character 0x1f600'],
  ])('of the bytes %j is refused with what was found there', (bytes, problem) => {
    expect(poisonOf(() => decodeTraces(bytes)).message).toContain(problem);
  });
});
