import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Input } from '../../../src/config/inputs.js';
import { createTransform } from '../../../src/create-transform.js';
import { header } from '../../../src/messages/headers.js';
import { type ProcessedRecord, processRecord } from '../../../src/messages/process-record.js';
import { allKindsOn } from '../../support/all-kinds-on.js';
import { spansRequest } from '../../support/requests.js';
import { record } from '../../support/scripted-kafka.js';

const corpus = (name: string) => readFileSync(`test/golden/corpus/${name}`);
const TRACES = corpus('microservice.traces.binpb');
const LOGS = corpus('app-otlp.logs.binpb');
const METRICS = corpus('exemplars.metrics.binpb');
const SPANS_IN_JSON = spansRequest(0, 3);
const PROFILES = Buffer.from('{"resourceProfiles":[{}]}');
/** A profile of today in protobuf: a sample type, a time. */
const PROFILES_IN_PROTOBUF = Buffer.from('0a11120f120d0a020801190102030405060708', 'hex');
const BODY_ONLY = Buffer.from('0a09120712052a030a0161', 'hex');
const PREFIX = Buffer.from([0, 0, 0, 0, 7, 0]);

const transform = createTransform(allKindsOn());

function processed(
  value: Buffer,
  headers: Record<string, string> = {},
  input: Partial<Input> = {},
  recordBytesMax = 1_000_000,
): Promise<ProcessedRecord> {
  const auto: Input = { topic: 'in', signal: 'auto', encoding: 'auto', framing: 'auto' };
  return processRecord(
    { ...record(0, 0, { value }), headers: Object.entries(headers).map(([key, text]) => header(key, text)) },
    { inputOf: () => ({ ...auto, ...input }), transform, recordBytesMax },
  );
}

/** The signal and how many items, or the reason and the message. */
async function outcome(...args: Parameters<typeof processed>): Promise<[string | null, number | string]> {
  const made = await processed(...args);
  if (made.outcome === 'rows') return [made.signal, made.transformed.itemCount];
  if (made.outcome === 'poison') return [made.error.reason, made.error.message];
  throw new Error(made.outcome);
}

const itemsOf = async (signal: Input['signal'], value: Buffer) => (await outcome(value, {}, { signal }))[1];

describe('a topic that signals share', () => {
  it.each([
    ['traces', TRACES],
    ['logs', LOGS],
    ['metrics', METRICS],
    ['traces', SPANS_IN_JSON],
  ] as const)('has rows of %s, told by what its records hold', async (signal, value) => {
    const items = await itemsOf(signal, value);
    expect(items).toBeGreaterThan(0);
    expect(await outcome(value)).toEqual([signal, items]);
    expect(await outcome(value, { 'otelcol.signal': signal })).toEqual([signal, items]);
  });

  it('has records whose header alone tells', async () => {
    expect(await outcome(BODY_ONLY)).toEqual([
      'unknown_signal',
      expect.stringContaining('no header otelcol.signal'),
    ]);
    expect(await outcome(BODY_ONLY, { 'otelcol.signal': 'logs' })).toEqual(['logs', 1]);
    expect((await outcome(BODY_ONLY, { 'otelcol.signal': 'entities', traceparent: 'x' }))[0]).toBe(
      'unsupported_signal',
    );
  });

  it.each([
    ['by their header', LOGS, { 'otelcol.signal': 'profiles' }, 'its header says otelcol.signal: profiles'],
    ['in JSON', PROFILES, {}, 'holds profiles'],
    ['in protobuf', PROFILES_IN_PROTOBUF, {}, 'holds profiles'],
  ])('has profiles, which are refused for what they are: %s', async (_, value, headers, message) => {
    expect(await outcome(value, headers)).toEqual([
      'unsupported_signal',
      `${message}; otelrows makes rows of traces, logs and metrics`,
    ]);
  });

  it.each(['traces', 'logs', 'metrics'] as const)(
    'profiles are refused as such among %s too',
    async signal => {
      expect((await outcome(PROFILES, {}, { signal }))[0]).toBe('unsupported_signal');
      expect((await outcome(PROFILES_IN_PROTOBUF, {}, { signal }))[0]).toBe('unsupported_signal');
    },
  );

  it.each([
    ['an empty value', Buffer.alloc(0)],
    ['an empty request', Buffer.from('{}')],
    ['a resource without anything', Buffer.from([0x0a, 0x00])],
  ])('has records that hold nothing of any signal: %s', async (_, value) => {
    expect(await outcome(value)).toEqual([null, 0]);
  });

  it('a tombstone holds nothing either', async () => {
    const inputOf = (): Input => ({
      topic: 'in',
      signal: 'auto',
      encoding: 'otlp_json',
      framing: 'confluent',
    });
    const made = await processRecord(
      { ...record(0, 0), value: null },
      { inputOf, transform, recordBytesMax: 10 },
    );
    expect(made).toMatchObject({ outcome: 'rows', signal: null, transformed: { itemCount: 0 } });
  });

  it.each([
    ['text', Buffer.from('hello, world'), 'malformed', 'the value is text that is neither JSON nor protobuf'],
    [
      'JSON that ends',
      Buffer.from('{"a":'),
      'malformed',
      /^no request of any signal; as traces: .*end of the record/,
    ],
    [
      'JSON of an application',
      Buffer.from('{"level":"info"}'),
      'unknown_root',
      /^no request of any signal; .*"level"/,
    ],
    [
      'damaged protobuf',
      Buffer.from('0a05120312', 'hex'),
      'malformed',
      /^no request of any signal; as traces: /,
    ],
  ])('has what is no request: %s', async (_, value, reason, message) => {
    expect(await outcome(value)).toEqual([
      reason,
      typeof message === 'string' ? message : expect.stringMatching(message),
    ]);
  });

  it('a record of two signals makes no rows, as both would be needed', async () => {
    const both = Buffer.from(`${SPANS_IN_JSON.toString().slice(0, -1)},"resourceLogs":[{}]}`);
    expect(await outcome(both)).toEqual(['wrong_signal', 'holds logs beside traces, but is read as traces']);
  });
});

describe('the header otelcol.signal', () => {
  it('that says another signal than the input does refuses the record', async () => {
    expect(await outcome(LOGS, { 'otelcol.signal': 'logs' }, { signal: 'traces' })).toEqual([
      'wrong_signal',
      'holds logs (its header says otelcol.signal: logs), but is read as traces',
    ]);
  });

  it('that says another signal than the record holds refuses it too', async () => {
    expect(await outcome(SPANS_IN_JSON, { 'otelcol.signal': 'logs' })).toEqual([
      'wrong_signal',
      'holds traces, but is read as logs',
    ]);
  });
});

describe('headers that say how a value is written', () => {
  it.each([
    ['content-type', 'application/json'],
    ['Content-Type', 'application/json; charset=utf-8'],
    ['content-type', 'application/x-ndjson'],
    ['MessageFormat', 'otlp_json'],
  ])('are believed: %s: %s', async (name, text) => {
    expect(await outcome(SPANS_IN_JSON, { [name]: text }, { signal: 'traces' })).toEqual(['traces', 3]);
    expect(await outcome(TRACES, { [name]: text }, { signal: 'traces' })).toEqual([
      'wrong_encoding',
      'looks like OTLP protobuf, but is read as otlp_json',
    ]);
  });

  it.each([
    ['content-type', 'application/x-protobuf'],
    ['content-type', 'application/protobuf'],
    ['MessageFormat', 'otlp'],
  ])('are believed: %s: %s', async (name, text) => {
    expect((await outcome(LOGS, { [name]: text }, { signal: 'logs' }))[0]).toBe('logs');
    expect(await outcome(SPANS_IN_JSON, { [name]: text }, { signal: 'traces' })).toEqual([
      'wrong_encoding',
      'looks like OTLP/JSON, but is read as otlp_proto',
    ]);
  });

  it('that say nothing of OTLP leave it to the value', async () => {
    expect(await outcome(SPANS_IN_JSON, { 'content-type': 'application/octet-stream' })).toEqual([
      'traces',
      3,
    ]);
    expect(await outcome(SPANS_IN_JSON, { MessageFormat: 'cloudevents' })).toEqual(['traces', 3]);
  });

  it('do not go above the encoding of the input', async () => {
    expect(
      await outcome(SPANS_IN_JSON, { 'content-type': 'application/x-protobuf' }, { encoding: 'otlp_json' }),
    ).toEqual(['traces', 3]);
  });

  it('that say OTel Arrow refuse the record by that name', async () => {
    expect(await outcome(LOGS, { MessageFormat: 'otap' })).toEqual([
      'malformed',
      expect.stringContaining('format of OTel Arrow (its header says MessageFormat: otap)'),
    ]);
  });
});

describe('what is around a request', () => {
  it.each([
    ['a Confluent prefix', Buffer.concat([PREFIX, LOGS])],
    ['gzip', gzipSync(LOGS)],
    ['gzip behind a Confluent prefix', Buffer.concat([PREFIX.subarray(0, 5), gzipSync(LOGS)])],
    [
      'what gRPC puts before a message',
      Buffer.concat([Buffer.from([0, 0, 0, LOGS.length >> 8, LOGS.length & 255]), LOGS]),
    ],
  ])('is taken off: %s', async (_, value) => {
    expect(await outcome(value)).toEqual(await outcome(LOGS));
    expect(await outcome(value, {}, { signal: 'logs' })).toEqual(await outcome(LOGS));
  });

  it('is put around a list that is nothing but the resources of a request, as Rotel wrote it', async () => {
    const lists = { traces: 'resourceSpans', logs: 'resourceLogs', metrics: 'resourceMetrics' } as const;
    for (const [signal, root] of Object.entries(lists)) {
      const name = { traces: 'microservice', logs: 'app-otlp', metrics: 'host-metrics' }[signal];
      const request = corpus(`${name}.${signal}.json`);
      const list = Buffer.from(JSON.stringify(JSON.parse(request.toString())[root]));
      expect(await outcome(list)).toEqual(await outcome(request));
      expect(await outcome(gzipSync(list), {}, { signal: signal as Input['signal'] })).toEqual(
        await outcome(request),
      );
    }
    const list = '[{"resource":{"a":["]}"]},"scope_logs":[{"logRecords":[{}]}]}]';
    expect(await outcome(Buffer.from(list))).toEqual(['logs', 1]);
    expect((await outcome(Buffer.from(list), {}, { signal: 'traces' }))[0]).toBe('wrong_signal');
    expect(await outcome(Buffer.from(list.slice(0, -1)), {}, { signal: 'logs' })).toEqual([
      'malformed',
      expect.stringMatching(/^with \{"resourceLogs":\} put around it: expected a comma/),
    ]);
  });

  it.each([
    '[]',
    '[{}]',
    '[{"resource":{}}]',
    '[{"resource":1',
    '[1]',
    '[{"resourceLogs":[]}]',
    '[{"a":{}} {"scopeLogs":[]}]',
  ])('is put around no other list: %s', async list => {
    expect(await outcome(Buffer.from(list), {}, { signal: 'logs' })).toEqual([
      'malformed',
      'expected an object, found an array (byte 0)',
    ]);
    expect((await outcome(Buffer.from(list)))[0]).toBe('malformed');
  });

  it('is told of when what it holds is refused, since offsets count from there', async () => {
    const cut = LOGS.subarray(0, LOGS.length - 1);
    const [, problem] = await outcome(cut, {}, { signal: 'logs' });
    expect(await outcome(Buffer.concat([PREFIX, cut]), {}, { signal: 'logs' })).toEqual([
      'malformed',
      `behind the 6 bytes of a Confluent prefix (schema id 7): ${problem}`,
    ]);
    expect(await outcome(gzipSync(cut), {}, { signal: 'logs' })).toEqual([
      'malformed',
      `decompressed with gzip: ${problem}`,
    ]);
    expect(await outcome(gzipSync(PROFILES))).toEqual([
      'unsupported_signal',
      expect.stringMatching(/^decompressed with gzip: holds profiles/),
    ]);
  });

  it('stays where the input says so, and the record is refused', async () => {
    expect(await outcome(Buffer.concat([PREFIX, LOGS]), {}, { signal: 'logs', framing: 'none' })).toEqual([
      'malformed',
      expect.stringMatching(/Confluent wire format, schema id 7/),
    ]);
    expect((await outcome(LOGS, {}, { framing: 'confluent' }))[0]).toBe('malformed');
  });

  it('is no way around the limit of a record', async () => {
    const big = Buffer.from(`{"resourceSpans":[]${' '.repeat(2000)}}`);
    expect((await outcome(gzipSync(big), {}, {}, 1000))[0]).toBe('bytes_limit');
  });
});
