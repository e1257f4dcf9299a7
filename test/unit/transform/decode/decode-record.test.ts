import { describe, expect, it } from 'vitest';
import { decodeRecord, type InputEncoding } from '../../../../src/transform/decode/decode-record.js';
import { DEFAULT_LIMITS } from '../../../../src/transform/decode/limits.js';
import { SIGNALS, type Signal } from '../../../../src/transform/decode/otlp.js';
import { poisonOf } from './poison-of.js';
import { bytesField, fixed64Field, spanRequest } from './wire.js';

const decode = (signal: Signal, encoding: InputEncoding, bytes: Buffer) =>
  decodeRecord(signal, encoding, bytes, DEFAULT_LIMITS);

const REQUESTS: Record<Signal, { json: Buffer; proto: Buffer }> = {
  traces: {
    json: Buffer.from('{"resourceSpans":[{"scopeSpans":[{"spans":[{}]}]}]}'),
    proto: spanRequest(bytesField(1, Array(16).fill(1)), fixed64Field(7, 5n)),
  },
  logs: {
    json: Buffer.from('{"resourceLogs":[{"scopeLogs":[{"logRecords":[{}]}]}]}'),
    proto: spanRequest(fixed64Field(1, 5n)),
  },
  metrics: {
    json: Buffer.from('{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"gauge":{"dataPoints":[{}]}}]}]}]}'),
    proto: spanRequest(bytesField(1, 'cpu'), bytesField(5, bytesField(1, fixed64Field(3, 5n)))),
  },
};

const PAIRS = SIGNALS.flatMap(configured =>
  SIGNALS.filter(actual => actual !== configured).map(actual => [configured, actual] as const),
);

describe('an empty request', () => {
  it.each(SIGNALS)('of %s is valid in protobuf, as no bytes or an empty resource', signal => {
    const [empty] = Object.values(decode(signal, 'auto', Buffer.alloc(0)).request);
    expect(empty).toEqual([]);
    expect(decode(signal, 'otlp_proto', Buffer.from([0x0a, 0])).signal).toBe(signal);
  });

  it('of no bytes is not JSON', () => {
    expect(poisonOf(() => decode('traces', 'otlp_json', Buffer.alloc(0))).message).toBe(
      'expected an object, found the end of the record (byte 0)',
    );
  });
});

describe('the wrong encoding', () => {
  it.each(SIGNALS)('is called by its name for %s', signal => {
    const { json, proto } = REQUESTS[signal];
    const asProto = poisonOf(() => decode(signal, 'otlp_proto', json));
    expect(asProto.reason).toBe('wrong_encoding');
    expect(asProto.message).toBe('looks like OTLP/JSON, but is read as otlp_proto');
    const asJson = poisonOf(() => decode(signal, 'otlp_json', proto));
    expect(asJson.reason).toBe('wrong_encoding');
    expect(asJson.message).toBe('looks like OTLP protobuf, but is read as otlp_json');
  });

  it('is not what garbage is called', () => {
    expect(poisonOf(() => decode('traces', 'otlp_json', Buffer.from('garbage'))).reason).toBe('malformed');
    expect(poisonOf(() => decode('traces', 'otlp_proto', Buffer.from('garbage'))).reason).toBe('malformed');
  });
});

describe.each(PAIRS)('a topic of %s that holds %s', (configured, actual) => {
  it.each(['json', 'proto'] as const)('is told so in %s', encoding => {
    const poison = poisonOf(() => decode(configured, 'auto', REQUESTS[actual][encoding]));
    expect(poison.reason).toBe('wrong_signal');
    expect(poison.message).toBe(`holds ${actual}, but is read as ${configured}`);
  });
});

it('a record of more than 4 MiB is not decoded as what it is not', () => {
  const logs = REQUESTS.logs.proto;
  const many = (bytes: number) => Buffer.alloc(Math.ceil(bytes / logs.length) * logs.length, logs);
  const reasonOf = (value: Buffer) => poisonOf(() => decode('traces', 'otlp_proto', value)).reason;
  expect(reasonOf(many(400_000))).toBe('wrong_signal');
  expect(reasonOf(many(4 * 2 ** 20 + 1))).toBe('malformed');
});

describe('another signal beside its own', () => {
  it.each([
    '{"resourceSpans":[{}],"resourceLogs":[{}]}',
    '{"resource_logs":[{}],"resourceSpans":[]}',
    '{"resourceSpans":[{}],"resourceMetrics":[],"resourceLogs":[{}]}',
    '{"resourceSpans":[{}]}\n{"resourceLogs":[]}',
  ])('would make no rows, so %s is refused', json => {
    const poison = poisonOf(() => decode('traces', 'auto', Buffer.from(json)));
    expect(poison.reason).toBe('wrong_signal');
    expect(poison.message).toMatch(/^holds logs( beside traces)?, but is read as traces$/);
  });

  it.each([
    '{"resourceSpans":[{}],"resourceLogs":[ \n],"resourceMetrics":null}',
    '{"resourceMetrics":[],"resourceSpans":[{}]}',
  ])('is nothing where it is empty: %s', json => {
    expect(decode('traces', 'auto', Buffer.from(json)).request).toEqual({
      resourceSpans: [{ scopeSpans: [], schemaUrl: '' }],
    });
  });
});

describe('a JSON object without a root', () => {
  const rootless = (json: string, signal: Signal = 'logs') =>
    poisonOf(() => decode(signal, 'auto', Buffer.from(json)));
  const LOGS = 'a JSON object without "resourceLogs", the root of logs: its first key is';

  it.each([
    ["an application's own", '{"level":"info","msg":"x"}', `${LOGS} "level" (byte 1)`],
    [
      'in the spelling of Go',
      '{"ResourceLogs":[]}',
      `${LOGS} "ResourceLogs"; the nearest root to "ResourceLogs" is "resourceLogs" (byte 1)`,
    ],
    [
      'with a root misspelt',
      ' { "a":1, "resourcelog":[]}',
      `${LOGS} "a"; the nearest root to "resourcelog" is "resourceLogs" (byte 3)`,
    ],
    [
      'of another signal in the spelling of Go',
      '{"ResourceSpans":[]}',
      `${LOGS} "ResourceSpans"; the nearest root to "ResourceSpans" is "resourceSpans" (byte 1)`,
    ],
    [
      'that is an element of the root',
      '{"resource":{},"scopeLogs":[]}',
      `${LOGS} "resource"; "scopeLogs" belongs into an element of "resourceLogs" (byte 1)`,
    ],
    [
      'that is deeper yet',
      '{"logRecords":[]}',
      `${LOGS} "logRecords"; "logRecords" belongs into an element of "scopeLogs" (byte 1)`,
    ],
    ['behind a request', '{"resourceLogs":[]}\n{"x":1}', `${LOGS} "x" (byte 21)`],
    ['with a key of no letters', '{"":1}', `${LOGS} "" (byte 1)`],
    ['with a strange key', '{"\\u0007é\\ud800":1}', `${LOGS} "\\u0007\\u00e9\\ufffd" (byte 1)`],
    ['with a long key', `{"${'k'.repeat(1000)}":1}`, `${LOGS} "${'k'.repeat(60)}..." (byte 1)`],
  ])('%s', (_what, json, message) => {
    const poison = rootless(json);
    expect(poison.reason).toBe('unknown_root');
    expect(poison.message).toBe(message);
  });

  it.each(SIGNALS)('of %s is refused unless it is empty', signal => {
    expect(rootless('{"data":{}}', signal).reason).toBe('unknown_root');
    expect(decode(signal, 'auto', Buffer.from('{}')).signal).toBe(signal);
    expect(decode(signal, 'auto', Buffer.from('{ }\n{}')).signal).toBe(signal);
  });

  it('is one that has a root beside what is unknown', () => {
    const json = '{"x":[1],"resourceLogs":null,"ResourceLogs":[{}]}';
    expect(decode('logs', 'auto', Buffer.from(json)).request).toEqual({ resourceLogs: [] });
  });

  it('is told in a moment, however many keys it has and however long', () => {
    const keys = [...Array.from({ length: 300_000 }, (_, i) => `key${i}`), 'k'.repeat(16 * 1024 * 1024)];
    expect(rootless(`{${keys.map(key => `"${key}":0`).join()}}`).reason).toBe('unknown_root');
    expect(rootless(`{${keys.reverse().map(key => `"${key}":0`)}}`).reason).toBe('unknown_root');
  });
});

describe('the value of a record', () => {
  it('may be a Uint8Array anywhere in its memory', () => {
    const { proto } = REQUESTS.traces;
    const memory = new Uint8Array(proto.length + 5);
    memory.set(proto, 5);
    expect(decodeRecord('traces', 'auto', memory.subarray(5), DEFAULT_LIMITS).request).toEqual(
      decode('traces', 'auto', proto).request,
    );
  });
});
