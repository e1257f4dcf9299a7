import { expect, it } from 'vitest';
import { otelrows } from '../support/otelrows.js';
import { temporaryFiles } from '../support/temporary-files.js';

const write = temporaryFiles();

const RULES = `transform:
  rules:
    - name: health-checks
      for: [traces]
      when: { attribute: url.path, in: [/healthz, /readyz] }
      drop: true
    - { name: code, for: [traces], promote: { attribute: code, column: Code, type: integer } }
    - { name: mask, redact: { keys: [user.email] } }
    - { name: idle, for: [logs], drop: true }
    - { name: vip, for: [traces], when: { resource: tenant, equals: vip }, route: { topic: 'vip-{kind}' } }
    - { name: by-tenant, for: [traces], key: { resource: tenant } }
`;

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });

const REQUEST = JSON.stringify({
  resourceSpans: [
    {
      resource: { attributes: [text('service.name', 'shop'), text('tenant', 'vip')] },
      scopeSpans: [
        {
          spans: [
            { name: 'GET /healthz', attributes: [text('url.path', '/healthz')] },
            {
              name: 'GET /users',
              traceId: '0102030405060708090a0b0c0d0e0f10',
              attributes: [text('url.path', '/users'), text('user.email', 'a@b.c'), text('code', '200')],
            },
            { name: 'GET /odd', attributes: [text('code', 'many\u001b[31m')] },
          ],
        },
      ],
    },
  ],
});

const explain = (...args: string[]) =>
  otelrows(['explain', '--config', write('rules.yaml', RULES), write('request.json', REQUEST), ...args]);

it('shows what each rule does with each item, and why it does not, and where the row goes', () => {
  const { exitCode, stdout, stderr } = explain();
  expect([exitCode, stderr]).toEqual([0, '']);
  const shown = stdout.replaceAll(/── \S+request/g, '── request').replaceAll(/─+$/gm, '');
  expect(shown).toMatchInlineSnapshot(`
    "── request.json · item 0 · traces 
      SpanName      GET /healthz
      ServiceName   shop
       1 health-checks  dropped     its condition holds
       → no row: health-checks drops it

    ── request.json · item 1 · traces 
      SpanName      GET /users
      TraceId       0102030405060708090a0b0c0d0e0f10
      ServiceName   shop
       1 health-checks  no match    attribute url.path is "/users" (wanted: in ["/healthz","/readyz"])
       2 code           changed     Code: nothing → 200
       3 mask           changed     SpanAttributes.user.email: "a@b.c" → "***"
       4 idle           other kind  not for traces
       5 vip            changed     topic → vip-traces
       6 by-tenant      changed     key → "vip"
       → a row of vip-traces, key "vip"

    ── request.json · item 2 · traces 
      SpanName      GET /odd
      ServiceName   shop
       1 health-checks  no match    attribute url.path is not there (wanted: in ["/healthz","/readyz"])
       2 code           failed      the attribute code is "many\\u001b[31m", which fits no column of the type integer
                                    on_error: dead_letter
       → a dead letter of otelrows-dead-letters, rule_failed: code: the attribute code is "many\\u001b[31m", which fits no column of the type integer

    "
  `);
});

it('shows an item alone, and says where there are more, or none', () => {
  expect(explain('--item', '1').stdout.match(/· item \d/g)).toEqual(['· item 1']);
  expect(explain('--limit', '1')).toMatchObject({
    stdout: expect.not.stringContaining('item 1'),
    stderr: '2 more items are not shown: --limit shows more, --item one of them\n',
  });
  expect(explain('--item', '3').stderr).toContain('there is no item 3: it holds 3, counted from 0');
});

it('has a line of JSON for each item', () => {
  const items = explain('--output', 'json')
    .stdout.trim()
    .split('\n')
    .map(line => JSON.parse(line));
  expect(items[1]).toMatchObject({
    item: 1,
    kind: 'traces',
    identity: { SpanName: 'GET /users', ServiceName: 'shop' },
    steps: [
      { step: 'health-checks', result: 'no_match' },
      { step: 'code', result: 'changed', changes: [{ path: 'Code', before: null, after: 200 }] },
      { step: 'mask', result: 'changed', changes: [{ path: 'SpanAttributes.user.email', after: '***' }] },
      { step: 'idle', result: 'other_kind' },
      { step: 'vip', result: 'changed', topic: 'vip-traces' },
      { step: 'by-tenant', result: 'changed', key: 'vip' },
    ],
    fate: { kind: 'row', topic: 'vip-traces', key: 'vip', partition: null, isKeySent: true },
  });
  expect(items.map(({ fate }) => fate.kind)).toEqual(['dropped', 'row', 'dead_letter']);
});

it('says what decided, also of conditions within others, of headers and of functions', () => {
  const module = write(
    'functions.js',
    "export const traces = (row, ctx) => { ctx.header('h', row.SpanName); ctx.key(ctx.headers.get('tenant')); };",
  );
  const config = write(
    'conditions.yaml',
    `transform:
  module: ${module}
  rules:
    - { name: odd, for: [traces], keep: true, when: { any: [{ column: SpanName, prefix: GET }, { attribute: code, exists: true }] } }
    - { name: not-acme, for: [traces], when: { not: { header: tenant, equals: acme } }, drop: true }
    - { name: slow, for: [traces], when: { all: [{ column: SpanName, exists: true }, { column: Duration, greater: 1s }] }, drop: true }
    - { name: all, for: [traces], sample: { rate: 1 } }
`,
  );
  const request = JSON.stringify({
    resourceSpans: [{ scopeSpans: [{ spans: [{ name: 'PUT' }, { name: 'GET' }] }] }],
  });
  const args = ['explain', '-c', config, '--header', 'tenant=acme', '--output', 'json'];
  const [put, get] = otelrows(args, { input: request })
    .stdout.trim()
    .split('\n')
    .map(line => JSON.parse(line));
  expect(put.steps).toEqual([
    {
      step: 'odd',
      result: 'dropped',
      why: 'column SpanName is "PUT" (wanted: prefix "GET"); attribute code is not there (wanted: exists true), and others are not kept',
      changes: [],
    },
  ]);
  expect(get.steps).toMatchObject([
    { step: 'odd', why: 'its condition holds' },
    { step: 'not-acme', why: 'header tenant equals "acme" (wanted: not so)' },
    { step: 'slow', why: 'column Duration is 0 (wanted: greater "1s")' },
    { step: 'all', result: 'unchanged', why: 'it is in the part that is kept (1)' },
    { step: 'functions.js', result: 'changed', key: 'acme', headers: { h: 'GET' } },
  ]);
});

it('says of items of a kind that is off how it is switched on, and of a config without rules that it has none', () => {
  const gauge =
    '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"g","gauge":{"dataPoints":[{"asInt":"1"}]}}]}]}]}';
  const { stdout, stderr } = otelrows(['explain'], { input: gauge });
  expect(stdout).toContain('→ no row: its kind is switched off (metrics.gauge.enabled)');
  expect(stdout).toContain('MetricName    g');
  expect(stderr).toContain('the config has no transforms (transform.rules, transform.module)');
});

it('says of a record that cannot be decoded that all of it is a dead letter', () => {
  const { exitCode, stdout } = otelrows(['explain', '-'], { input: 'hello' });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/the whole record ─+\n {3}→ a dead letter of otelrows-dead-letters, \w+: /);
});

it.each([
  [['x.json', '--from-topic', 'spans'], 'name files or --from-topic, not both: x.json'],
  [['--from-topic', 'spans', '--at', '1'], '--at 1 is not partition:offset, such as 3:120017'],
])('%j is refused', (args, problem) => {
  const { exitCode, stderr } = otelrows(['explain', ...args]);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(problem)]);
});
