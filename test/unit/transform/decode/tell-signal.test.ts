import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeJson, encodeProtobuf } from '../../../../src/demo/telemetry/encode-otlp.js';
import { SIGNALS } from '../../../../src/transform/decode/otlp.js';
import { tellSignal } from '../../../../src/transform/decode/tell-signal.js';
import { goldenCases } from '../../../golden/golden-cases.js';
import { requests } from '../../../support/otlp-arbitraries.js';
import { bytesField } from '../../../support/protobuf.js';

const text = (value: string) => Buffer.from(value);

/** A request of one item of these bytes. */
function requestOf(...item: Buffer[]): Buffer {
  return bytesField(0x0a, bytesField(0x12, bytesField(0x12, Buffer.concat(item))));
}

const fixed64 = (tag: number) => Buffer.from([tag, 1, 2, 3, 4, 5, 6, 7, 8]);
const NAME = bytesField(0x0a, text('requests'));
const POINT_WITH_TIME = bytesField(0x0a, fixed64(0x19));

describe('the signal of a request in protobuf', () => {
  it.each([
    ['a span with its begin', 'traces', requestOf(bytesField(0x0a, Buffer.alloc(16)), fixed64(0x39))],
    ['a span with its end', 'traces', requestOf(fixed64(0x41))],
    ['a log record with its time', 'logs', requestOf(fixed64(0x09))],
    [
      'a log record with the time of its observation',
      'logs',
      requestOf(bytesField(0x2a, NAME), fixed64(0x59)),
    ],
    ['a log record with a severity', 'logs', requestOf(Buffer.from([0x10, 9]))],
    [
      'a log record of body and attributes',
      'logs',
      requestOf(bytesField(0x2a, NAME), bytesField(0x32, NAME)),
    ],
    ['a gauge', 'metrics', requestOf(NAME, bytesField(0x2a, POINT_WITH_TIME))],
    ['a sum', 'metrics', requestOf(NAME, bytesField(0x3a, POINT_WITH_TIME))],
    ['a histogram', 'metrics', requestOf(NAME, bytesField(0x4a, POINT_WITH_TIME))],
    ['an exponential histogram', 'metrics', requestOf(NAME, bytesField(0x52, POINT_WITH_TIME))],
    ['a summary', 'metrics', requestOf(NAME, bytesField(0x5a, POINT_WITH_TIME))],
    ['a profile of today', 'profiles', requestOf(bytesField(0x0a, Buffer.from([8, 1])), fixed64(0x19))],
    [
      'a profile of 2025',
      'profiles',
      requestOf(bytesField(0x0a, Buffer.from([8, 1])), Buffer.from([0x20, 7])),
    ],
    [
      'profiles without a time, by their dictionary',
      'profiles',
      Buffer.concat([requestOf(NAME), bytesField(0x12, Buffer.from([0x0a, 0]))]),
    ],
  ])('is certain: %s', (_, signal, bytes) => {
    expect(tellSignal(bytes, 'otlp_proto')).toBe(signal);
  });

  it.each([
    ['a log record of nothing but a body, or a span of a name', requestOf(bytesField(0x2a, NAME))],
    ['a metric without points, or a span of ids', requestOf(bytesField(0x0a, text('sixteen letters!')))],
    ['an item of nothing', requestOf()],
    ['what only items of two signals have', requestOf(fixed64(0x09), fixed64(0x39))],
    ['text', text('\nhello')],
    ['a number of no bytes', Buffer.from([0x0a, 0xff])],
  ])('is not certain: %s', (_, bytes) => {
    expect(tellSignal(bytes, 'otlp_proto')).toBe('unknown');
  });

  it('is that of the first item that says it', () => {
    const scope = Buffer.concat([bytesField(0x12, bytesField(0x2a, NAME)), bytesField(0x12, fixed64(0x59))]);
    expect(tellSignal(bytesField(0x0a, bytesField(0x12, scope)), 'otlp_proto')).toBe('logs');
  });

  it.each([
    ['no bytes', Buffer.alloc(0)],
    ['a resource', bytesField(0x0a, bytesField(0x0a, Buffer.alloc(0)))],
    ['a scope', bytesField(0x0a, bytesField(0x12, bytesField(0x0a, NAME)))],
  ])('does not matter where there is no item: %s', (_, bytes) => {
    expect(tellSignal(bytes, 'otlp_proto')).toBe('nothing');
  });

  it('is told of a record that is cut off within its first item', () => {
    const logs = readFileSync('test/golden/corpus/app-otlp.logs.binpb');
    const whole = tellSignal(logs, 'otlp_proto');
    const items = logs.indexOf(fixed64(0x09).subarray(0, 1), 100);
    expect([whole, tellSignal(logs.subarray(0, items + 9), 'otlp_proto')]).toEqual(['logs', 'logs']);
  });
});

describe('the signal of a request in JSON', () => {
  it.each([
    ['{"resourceSpans":[{}]}', 'traces'],
    ['{"resource_logs":[{}]}', 'logs'],
    [' \n\t{ "resourceMetrics" : [ {} ] }', 'metrics'],
    ['\ufeff{"resourceLogs":[{}]}', 'logs'],
    ['{"resourceProfiles":[{}],"dictionary":{}}', 'profiles'],
    ['{"resourceSpans":[],"resourceLogs":null,"resourceMetrics":[{}]}', 'metrics'],
    ['{"schema":{"a":["}","\\"]"]},"resourceLogs":[{}]}', 'logs'],
    ['{}\n{"resourceLogs":[{}]}', 'logs'],
    ['null{"resourceLogs":[{}]}', 'logs'],
    ['{"resourceLogs":[{', 'logs'],
    ['{"resourceSpans":[ ]}', 'traces'],
    ['{"resourceSpans":{}}', 'traces'],
    ['{}', 'nothing'],
    ['null', 'nothing'],
    ['', 'nothing'],
    ['{"level":"info"}', 'unknown'],
    ['{"level":"info"', 'unknown'],
    ['{"level', 'unknown'],
    ['{"level" 1}', 'unknown'],
    ['{level:1}', 'unknown'],
    ['[{"resourceSpans":[{}]}]', 'unknown'],
    ['"resourceSpans"', 'unknown'],
    ['hello', 'unknown'],
  ])('of %s is %s', (json, signal) => {
    expect(tellSignal(text(json), 'otlp_json')).toBe(signal);
  });
});

it.each(goldenCases('decodes').map(golden => [`${golden.name}.${golden.signal} ${golden.encoding}`, golden]))(
  '%s is of its signal, or says nothing of any',
  (_, { value, encoding, signal }) => {
    expect([signal, 'nothing', 'unknown']).toContain(tellSignal(value, encoding));
  },
);

describe.each(SIGNALS)('any request of %s', signal => {
  it('is never told to be of another', () => {
    fc.assert(
      fc.property(requests[signal] as fc.Arbitrary<never>, request => {
        for (const [encoding, value] of [
          ['otlp_proto', encodeProtobuf(signal, request)],
          ['otlp_json', encodeJson(signal, request)],
        ] as const)
          expect([signal, 'nothing', 'unknown']).toContain(tellSignal(value, encoding));
      }),
    );
  });
});

it('any bytes are told without an error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
      tellSignal(bytes, 'otlp_proto');
      tellSignal(bytes, 'otlp_json');
    }),
  );
});
