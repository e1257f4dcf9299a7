import { expect, it } from 'vitest';
import { encodeJson, encodeProtobuf } from '../../../../src/demo/telemetry/encode-otlp.js';
import type { LogsRequest, MetricsRequest } from '../../../../src/transform/decode/otlp.js';
import { decodeText } from '../../../../src/values/text.js';

const LOGS: LogsRequest = {
  resourceLogs: [
    {
      resource: { attributes: [], droppedAttributesCount: 0 },
      scopeLogs: [
        {
          logRecords: [
            {
              timeUnixNano: 1760003312123456789n,
              observedTimeUnixNano: 0n,
              severityNumber: 9,
              severityText: '',
              body: { bytesValue: Buffer.from([1, 2]) },
              attributes: [
                { key: 'text', value: { stringValue: '<"\u2028>' } },
                { key: 'bytes', value: { stringValue: decodeText(Buffer.from('\\\n\xff', 'latin1')) } },
                { key: 'empty', value: {} },
                { key: 'absent' },
                { key: 'zero', value: { intValue: 0n } },
              ],
              droppedAttributesCount: 0,
              flags: 1,
              traceId: Buffer.alloc(0),
              spanId: Buffer.from('0102030405060708', 'hex'),
              eventName: '',
            },
          ],
          schemaUrl: '',
        },
      ],
      schemaUrl: '',
    },
  ],
};

it('writes JSON as collectors do: no defaults, long integers quoted, ids in hex, stray bytes as they are', () => {
  expect(encodeJson('logs', LOGS).toString('latin1')).toBe(
    '{"resourceLogs":[{"resource":{},"scopeLogs":[{"logRecords":[{"timeUnixNano":"1760003312123456789",' +
      '"severityNumber":9,"body":{"bytesValue":"AQI="},"attributes":[' +
      '{"key":"text","value":{"stringValue":"<\\"\xe2\x80\xa8>"}},' +
      '{"key":"bytes","value":{"stringValue":"\\\\\\n\xff"}},' +
      '{"key":"empty","value":{}},{"key":"absent"},{"key":"zero","value":{"intValue":"0"}}],' +
      '"flags":1,"spanId":"0102030405060708"}]}]}]}',
  );
});

it('writes doubles so that each can be told', () => {
  const point = { attributes: [], startTimeUnixNano: 0n, timeUnixNano: 0n, flags: 0, exemplars: [] };
  const dataPoints = [Number.NaN, Number.NEGATIVE_INFINITY, -0, 0, 1e-7].map(asDouble => ({
    ...point,
    asDouble,
  }));
  const metric = { name: '', description: '', unit: '', metadata: [], gauge: { dataPoints } };
  const request: MetricsRequest = {
    resourceMetrics: [{ scopeMetrics: [{ metrics: [metric], schemaUrl: '' }], schemaUrl: '' }],
  };
  expect(encodeJson('metrics', request).toString()).toBe(
    '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"gauge":{"dataPoints":[' +
      '{"asDouble":"NaN"},{"asDouble":"-Infinity"},{"asDouble":-0},{"asDouble":0},{"asDouble":1e-7}]}}]}]}]}',
  );
});

it('writes an empty request as collectors do', () => {
  expect(encodeJson('traces', { resourceSpans: [] }).toString()).toBe('{}');
  expect(encodeProtobuf('traces', { resourceSpans: [] })).toHaveLength(0);
});
