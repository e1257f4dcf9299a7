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
    expect(asProto.message).toBe('looks like OTLP/JSON, but the input is configured as otlp_proto');
    const asJson = poisonOf(() => decode(signal, 'otlp_json', proto));
    expect(asJson.reason).toBe('wrong_encoding');
    expect(asJson.message).toBe('looks like OTLP protobuf, but the input is configured as otlp_json');
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
    expect(poison.message).toBe(`holds ${actual}, but the input is configured as ${configured}`);
  });
});

describe('another signal beside its own', () => {
  it('is an unknown field', () => {
    const both = Buffer.from('{"resourceSpans":[{}],"resourceLogs":[{}]}');
    expect(decode('traces', 'auto', both).request).toEqual({
      resourceSpans: [{ scopeSpans: [], schemaUrl: '' }],
    });
  });
});

describe('the value of a record', () => {
  it('may be a Uint8Array anywhere in its memory', () => {
    const { proto } = REQUESTS.traces;
    const memory = new Uint8Array(proto.length + 5);
    memory.set(proto, 5);
    expect(decodeRecord('traces', 'auto', memory.subarray(5), DEFAULT_LIMITS)).toEqual(
      decode('traces', 'auto', proto),
    );
  });
});
