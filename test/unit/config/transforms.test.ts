import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load.js';
import { createTransform } from '../../../src/create-transform.js';
import type { Signal } from '../../../src/transform/decode/otlp.js';
import { NO_RECORD } from '../../../src/transform/steps/context.js';

/** The examples in config/transforms/, each with what it does. */

const FOLDER = new URL('../../../config/transforms/', import.meta.url);

type Values = Record<string, string | number>;
const attributes = (values: Values) =>
  Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : { intValue: String(value) },
  }));

const span = (name: string, values: Values = {}, durationMs = 10, code = 0) => ({
  name,
  startTimeUnixNano: '1760000000000000000',
  endTimeUnixNano: String(1760000000000000000n + BigInt(durationMs * 1e6)),
  status: { code },
  attributes: attributes(values),
});
const log = (body: string, values: Values = {}, severityNumber = 9) => ({
  body: { stringValue: body },
  severityNumber,
  attributes: attributes(values),
});
const point = (user: string) => ({
  asInt: '1',
  timeUnixNano: '1760000000000000000',
  attributes: attributes({ 'user.id': user }),
});

const resourceOf = (service: string) => ({
  attributes: attributes({ 'service.name': service, 'k8s.namespace.name': 'prod' }),
});

const requests = {
  traces: (spans: object[], service: string) => ({
    resourceSpans: [{ resource: resourceOf(service), scopeSpans: [{ spans }] }],
  }),
  logs: (logRecords: object[], service: string) => ({
    resourceLogs: [{ resource: resourceOf(service), scopeLogs: [{ logRecords }] }],
  }),
  metrics: (dataPoints: object[], service: string) => ({
    resourceMetrics: [
      {
        resource: resourceOf(service),
        scopeMetrics: [
          {
            metrics: [
              { name: 'requests', sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints } },
            ],
          },
        ],
      },
    ],
  }),
};

/** What the example makes of items. */
function applied(
  example: string,
  signal: Signal,
  items: object[],
  { service = 'checkout', tenant }: { service?: string; tenant?: string } = {},
) {
  const { config } = loadConfig({ file: fileURLToPath(new URL(`${example}.yaml`, FOLDER)) });
  const request = Buffer.from(JSON.stringify(requests[signal](items, service)));
  const headers = tenant === undefined ? [] : [{ key: 'x-tenant', value: Buffer.from(tenant) }];
  const made = createTransform(config)(signal, 'otlp_json', request, { ...NO_RECORD, topic: 'in', headers });
  return {
    ...made,
    rows: made.messages.map(({ value }) => JSON.parse(value.toString())),
    topics: made.messages.map(({ topic }) => topic),
    keys: made.messages.map(({ key }) => key?.toString()),
  };
}

const CHECKS: Record<string, () => void> = {
  'drop-short-spans': () => {
    const spans = [span('short', {}, 0.5), span('failed', {}, 0.5, 2), span('long', {}, 1)];
    const { rows } = applied('drop-short-spans', 'traces', spans);
    expect(rows.map(({ SpanName }) => SpanName)).toEqual(['failed', 'long']);
  },
  'drop-health-checks': () => {
    const spans = [
      span('a', { 'url.path': '/healthz' }),
      span('b', { 'http.target': '/metrics' }),
      span('c', { 'url.path': '/' }),
    ];
    expect(applied('drop-health-checks', 'traces', spans)).toMatchObject({ itemCount: 3, filteredCount: 2 });
  },
  'redact-personal-data': () => {
    const { rows } = applied('redact-personal-data', 'logs', [
      log('mail of ann.b@example.com, paid with 4111 1111 1111 1111', {
        my_secret_key: 'x',
        order: 1234567890123,
      }),
    ]);
    expect(rows[0]).toMatchObject({
      Body: 'mail of <e-mail>, paid with ***1111',
      LogAttributes: { my_secret_key: '***' },
    });
  },
  'keep-errors-sample-rest': () => {
    const ordinary = Array.from({ length: 300 }, (_, i) => ({
      ...span('a'),
      traceId: i.toString(16).padStart(32, '0'),
    }));
    const kept = [span('failed', {}, 1, 2), span('slow', {}, 1500)];
    const { rows } = applied('keep-errors-sample-rest', 'traces', [...ordinary, ...kept]);
    expect(rows.slice(-2).map(({ SpanName }) => SpanName)).toEqual(['failed', 'slow']);
    expect(rows.length).toBeGreaterThan(12);
    expect(rows.length).toBeLessThan(62);
    expect(applied('keep-errors-sample-rest', 'logs', [log('broken', {}, 17)]).rows).toHaveLength(1);
  },
  'enrich-from-csv': () => {
    const { rows } = applied('enrich-from-csv', 'traces', [span('a')], { service: 'cart' });
    expect(rows[0].ResourceAttributes).toMatchObject({ team: 'shop, web', 'service.tier': '2' });
  },
  'route-service': () => {
    expect(applied('route-service', 'traces', [span('a')], { service: 'payments' }).topics).toEqual([
      'payments-traces',
    ]);
    expect(applied('route-service', 'logs', [log('a')], { service: 'payments' }).topics).toEqual([
      'payments-logs',
    ]);
    expect(applied('route-service', 'traces', [span('a')]).topics).toEqual(['otel-traces']);
  },
  'parse-json-bodies': () => {
    const { rows } = applied('parse-json-bodies', 'logs', [
      log('{"level":"WARN","user":{"id":7}}'),
      log('plain'),
    ]);
    expect(rows).toMatchObject([
      { SeverityText: 'WARN', LogAttributes: { level: 'WARN', 'user.id': '7' } },
      { SeverityText: '', LogAttributes: {} },
    ]);
  },
  'tenant-from-header': () => {
    const { rows, keys } = applied('tenant-from-header', 'traces', [span('a')], { tenant: 'acme' });
    expect([rows[0].ResourceAttributes['tenant.id'], keys]).toEqual(['acme', ['acme']]);
    expect(applied('tenant-from-header', 'traces', [span('a')]).keys).toEqual([undefined]);
  },
  'promote-attributes': () => {
    const { rows } = applied('promote-attributes', 'traces', [
      span('a', { 'http.route': '/users/{id}', 'http.response.status_code': 200 }),
      span('b', { 'http.status_code': '404' }),
      span('c', { 'http.status_code': 'none' }),
    ]);
    expect(rows.map(({ HttpRoute, HttpStatus, Namespace }) => [HttpRoute, HttpStatus, Namespace])).toEqual([
      ['/users/{id}', 200, 'prod'],
      [null, 404, 'prod'],
      [null, null, 'prod'],
    ]);
  },
  'limit-cardinality': () => {
    const points = Array.from({ length: 1002 }, (_, i) => point(`user-${i}`));
    const { rows } = applied('limit-cardinality', 'metrics', points);
    expect(rows.filter(({ Attributes }) => Attributes['user.id'] === 'other')).toHaveLength(2);
  },
};

it.each(Object.entries(CHECKS))('%s does what it says', (_, check) => check());

it('every example is checked', () => {
  const examples = readdirSync(FOLDER).filter(name => name.endsWith('.yaml') && !name.endsWith('.test.yaml'));
  expect(examples.map(name => name.replace('.yaml', '')).sort()).toEqual(Object.keys(CHECKS).sort());
});
