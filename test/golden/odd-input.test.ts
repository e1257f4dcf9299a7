import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createTransform } from '../../src/create-transform.js';
import { PoisonRecord } from '../../src/errors.js';
import type { Signal } from '../../src/transform/decode/otlp.js';
import { describeSuspicion } from '../../src/transform/suspicion.js';
import { allKindsOn } from '../support/all-kinds-on.js';

const FOLDER = new URL('odd-input/', import.meta.url);

/** Rows of the record, by some of their columns; or what is said of it instead. */
type Becomes =
  | { rows: Record<string, unknown>[] }
  | { noRows: string | null }
  | { refused: [reason: string, message: string] };

const body = (...texts: string[]) => ({ rows: texts.map(Body => ({ Body })) });

const EXPECTED: Record<string, Becomes> = {
  'json-lines-three-requests.logs.json': body('line 1', 'line 2', 'line 3'),
  'json-then-garbage.logs.json': {
    refused: ['malformed', "expected another request or the end of the record, found 'a' (byte 121)"],
  },
  'json-not-otlp.logs.json': {
    refused: [
      'unknown_root',
      'a JSON object without "resourceLogs", the root of logs: its first key is "level" (byte 1)',
    ],
  },
  'json-go-field-names.logs.json': {
    refused: ['unknown_root', 'the nearest root to "ResourceLogs" is "resourceLogs" (byte 1)'],
  },
  'instrumentation-library-of-2021.traces.json': {
    noRows:
      'holds something, but no span; the first field that OTLP does not know is resourceSpans[0].instrumentationLibrarySpans (byte 104)',
  },
  'instrumentation-library-of-2021.traces.binpb': {
    noRows:
      'holds something, but no span; the first field that OTLP does not know is resourceSpans[0].(field 1000) (byte 27)',
  },
  'bytes-base64url.logs.json': body('+/+/'),
  'null-scalars.logs.json': { rows: [{ Body: 'x', SeverityNumber: 0 }] },

  'json-lines-crlf-and-blank-lines.logs.json': body('a', 'b'),
  'json-pretty-printed-requests.traces.json': { rows: [{ SpanName: 'a' }, { SpanName: 'b' }] },
  'json-lines-with-byte-order-marks.logs.json': body('a', 'b'),
  'json-lines-with-an-empty-request.logs.json': body('a', 'b'),
  'json-lines-cut-off.logs.json': { refused: ['malformed', 'found the end of the record (byte 232)'] },
  'json-lines-with-an-application-line.logs.json': {
    refused: ['unknown_root', 'its first key is "level" (byte 119)'],
  },
  'json-lines-of-two-signals.logs.json': {
    refused: ['wrong_signal', 'holds traces, but is read as logs'],
  },
  'json-two-signals-in-one-object.traces.json': {
    refused: ['wrong_signal', 'holds logs beside traces, but is read as traces'],
  },
  'json-all-roots-named.traces.json': { rows: [{ SpanName: 'a' }] },
  'json-requests-with-commas.logs.json': { refused: ['malformed', "found ',' (byte 117)"] },
  'json-in-an-array.logs.json': { refused: ['malformed', 'expected an object, found an array (byte 0)'] },
  'json-bare-resource-logs.logs.json': {
    refused: ['unknown_root', '"scopeLogs" belongs into an element of "resourceLogs" (byte 1)'],
  },
  'json-bare-span.traces.json': { refused: ['unknown_root', 'its first key is "traceId" (byte 1)'] },
  'json-envelope.logs.json': { refused: ['unknown_root', 'its first key is "data" (byte 1)'] },
  'json-zipkin-like.traces.json': { refused: ['unknown_root', 'its first key is "traceId" (byte 1)'] },
  'json-misspelt-list.logs.json': {
    noRows:
      'holds something, but no log record; the first field that OTLP does not know is resourceLogs[0].scopeLogs[0].logs (byte 74)',
  },
  'json-dropped-metric-kinds.metrics.json': {
    noRows:
      'holds something, but no data point; the first field that OTLP does not know is resourceMetrics[0].scopeMetrics[0].metrics[0].intSum (byte 73)',
  },
  'dropped-metric-kinds.metrics.binpb': {
    noRows:
      'holds something, but no data point; the first field that OTLP does not know is resourceMetrics[0].scopeMetrics[0].metrics[0].(field 4) (byte 9)',
  },
  'json-metric-without-points.metrics.json': { noRows: 'holds something, but no data point' },
  'json-resource-only.logs.json': { noRows: 'holds something, but no log record' },
  'group-of-an-unknown-field.logs.binpb': {
    noRows:
      'holds something, but no log record; the first field that OTLP does not know is resourceLogs[0].(field 99) (byte 2)',
  },
  'json-empty-lists.logs.json': { noRows: null },
  'empty-resource.traces.binpb': { noRows: null },
  'json-every-member-named.logs.json': { rows: [{ Body: 'x', SeverityText: '', LogAttributes: {} }] },
  'json-every-metric-kind-named.metrics.json': { rows: [{ MetricName: 'm', Value: 1.5 }] },
  'json-numbers-of-other-writers.metrics.json': {
    rows: [{ MetricName: 'm', Value: 1000, AggregationTemporality: 2 }],
  },
  'bytes-unpadded.logs.json': body('AQIDBA=='),
};

const files = readdirSync(FOLDER).filter(file => file !== 'README.md');

describe.each(['plain', 'auto'] as const)('with transform: %s', kind => {
  const transform = createTransform(allKindsOn({ transform: { engine: kind, rules: [] } }));

  it.each(files)('%s', file => {
    const { signal, suffix } = /\.(?<signal>\w+)\.(?<suffix>binpb|json)$/.exec(file)?.groups ?? {};
    const value = readFileSync(new URL(file, FOLDER));
    for (const encoding of ['auto', suffix === 'json' ? 'otlp_json' : 'otlp_proto'] as const)
      expectBecomes(EXPECTED[file], () => transform(signal as Signal, encoding, value), signal as Signal);
  });
});

it('every file has a line here, and every line a file', () => {
  expect(Object.keys(EXPECTED).sort()).toEqual(files.sort());
});

function expectBecomes(
  becomes: Becomes | undefined,
  make: () => ReturnType<ReturnType<typeof createTransform>>,
  signal: Signal,
): void {
  if (becomes === undefined) throw new Error('nothing is expected of it');
  if ('refused' in becomes) {
    const [reason, message] = becomes.refused;
    expect(make).toThrow(PoisonRecord);
    expect(make).toThrow(expect.objectContaining({ reason, message: expect.stringContaining(message) }));
    return;
  }
  const { messages, itemCount, suspicion } = make();
  if ('noRows' in becomes) {
    expect({ messages, itemCount }).toEqual({ messages: [], itemCount: 0 });
    expect(suspicion ? describeSuspicion(signal, suspicion) : null).toBe(becomes.noRows);
    return;
  }
  expect(suspicion).toBeUndefined();
  expect(messages.map(({ itemIndex }) => itemIndex)).toEqual(becomes.rows.map((_, index) => index));
  const rows = messages.map(({ value }) => JSON.parse(value.toString()));
  expect(rows).toMatchObject(becomes.rows);
}
