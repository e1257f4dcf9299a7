import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Rule } from '../../../../src/config/rules/rule.js';
import { createTransform } from '../../../../src/create-transform.js';
import { ConfigInvalid } from '../../../../src/errors.js';
import type { Signal } from '../../../../src/transform/decode/otlp.js';
import type { RecordContext } from '../../../../src/transform/steps/context.js';
import { allKindsOn } from '../../../support/all-kinds-on.js';

/** What rules do with items, in both engines. */

const text = (stringValue: string) => ({ stringValue });
const attributes = (values: Record<string, object | string>) =>
  Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? text(value) : value,
  }));

const RESOURCE = { attributes: attributes({ 'service.name': 'shop', region: 'eu' }) };

const spans = (...list: object[]) => ({
  resourceSpans: [{ resource: RESOURCE, scopeSpans: [{ spans: list }] }],
});
const logs = (...logRecords: object[]) => ({
  resourceLogs: [{ resource: RESOURCE, scopeLogs: [{ logRecords }] }],
});
const gauge = (name: string, ...dataPoints: object[]) => ({
  resourceMetrics: [{ resource: RESOURCE, scopeMetrics: [{ metrics: [{ name, gauge: { dataPoints } }] }] }],
});

const RECORD: RecordContext = {
  topic: 'otlp_eu',
  partition: 3,
  offset: 7,
  timestampMs: null,
  headers: [
    { key: 'tenant', value: Buffer.from('first') },
    { key: 'tenant', value: Buffer.from('acme') },
  ],
};

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'otelrows-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(['auto', 'plain'] as const)('with engine: %s', engine => {
  const transformOf = (...rules: (Omit<Rule, 'name'> & { name?: string })[]) =>
    createTransform(
      allKindsOn({
        transform: { engine, rules: rules.map((rule, i) => ({ name: `rule-${i}`, ...rule })) },
      }),
    );
  const SIGNALS: Record<string, Signal> = {
    resourceSpans: 'traces',
    resourceLogs: 'logs',
    resourceMetrics: 'metrics',
  };
  const run = (request: object, ...rules: Parameters<typeof transformOf>) => {
    const signal = SIGNALS[Object.keys(request)[0] ?? ''] ?? 'traces';
    const made = transformOf(...rules)(signal, 'otlp_json', Buffer.from(JSON.stringify(request)), RECORD);
    return { ...made, rows: made.messages.map(({ value }) => JSON.parse(value.toString())) };
  };
  const names = (request: object, ...rules: Parameters<typeof transformOf>) =>
    run(request, ...rules).rows.map(({ SpanName }) => SpanName);

  describe('conditions', () => {
    const request = spans(
      {
        name: 'a',
        kind: 2,
        startTimeUnixNano: '1000000000',
        endTimeUnixNano: '1500000000',
        attributes: attributes({ route: '/api/v1', code: { intValue: '200' }, load: { doubleValue: 0.5 } }),
        events: [{ name: 'retry', attributes: attributes({ cause: 'timeout' }) }],
      },
      {
        name: 'b',
        startTimeUnixNano: '1000000000',
        endTimeUnixNano: '1000400000',
        status: { code: 2, message: 'broken' },
        attributes: attributes({ route: '/healthz', code: text('503'), word: 'many' }),
      },
    );

    it.each<[string, Rule['when'], string[]]>([
      ['equals of a text', { attribute: 'route', equals: '/api/v1' }, ['a']],
      ['equals of a number with an integer', { attribute: 'code', equals: 200 }, ['a']],
      ['equals of a number with its text', { attribute: 'code', equals: 503 }, ['b']],
      ['in', { attribute: 'code', in: [503, 200] }, ['a', 'b']],
      ['prefix', { attribute: 'route', prefix: '/api' }, ['a']],
      ['suffix', { attribute: 'route', suffix: 'z' }, ['b']],
      ['contains', { attribute: 'route', contains: 'ealt' }, ['b']],
      ['matches', { attribute: 'route', matches: '^/api/v[0-9]+$' }, ['a']],
      ['exists', { attribute: 'word', exists: true }, ['b']],
      ['does not exist', { attribute: 'word', exists: false }, ['a']],
      ['greater, of numbers and their texts', { attribute: 'code', greater: 300 }, ['b']],
      ['less', { attribute: 'load', less: 0.6 }, ['a']],
      ['two tests are both to hold', { attribute: 'code', greater: 100, less: 300 }, ['a']],
      ['a column', { column: 'SpanKind', equals: 'Server' }, ['a']],
      ['an empty column does not exist', { column: 'StatusMessage', exists: false }, ['a']],
      ['a duration', { column: 'Duration', less: '1ms' }, ['b']],
      ['a duration as a time', { column: 'Duration', equals: '500ms' }, ['a']],
      ['a column that is a list', { column: 'Events.Name', equals: 'retry' }, ['a']],
      ['an attribute of an event', { event: 'cause', equals: 'timeout' }, ['a']],
      ['the resource', { resource: 'region', equals: 'eu' }, ['a', 'b']],
      ['a header of the record, the last of its name', { header: 'tenant', equals: 'acme' }, ['a', 'b']],
      ['the topic of the record', { topic: true, prefix: 'otlp_us' }, []],
      [
        'all',
        {
          all: [
            { column: 'SpanName', equals: 'a' },
            { attribute: 'code', exists: true },
          ],
        },
        ['a'],
      ],
      [
        'any',
        {
          any: [
            { column: 'SpanName', equals: 'x' },
            { column: 'StatusCode', equals: 'Error' },
          ],
        },
        ['b'],
      ],
      ['not', { not: { column: 'SpanName', equals: 'a' } }, ['b']],
    ])('%s', (_, when, kept) => {
      expect(names(request, { for: ['traces'], keep: true, ...(when ? { when } : {}) })).toEqual(kept);
    });

    it('a text that is no number fails where numbers are compared, for its item', () => {
      const made = run(request, { for: ['traces'], drop: true, when: { attribute: 'word', greater: 1 } });
      expect(made.rows).toHaveLength(1);
      expect(made.steps?.failedItems).toEqual([
        {
          itemIndex: 1,
          kind: 'traces',
          step: 'rule-0',
          reason: 'rule_failed',
          message: 'the attribute word is no number, so it cannot be compared with one',
        },
      ]);
    });
  });

  it('what is dropped is filtered, and counted by its rule', () => {
    const made = run(
      spans({ name: 'a' }, { name: 'b' }, { name: 'c' }),
      { drop: true, for: ['traces'], when: { column: 'SpanName', equals: 'a' } },
      { drop: true, for: ['traces'], when: { column: 'SpanName', in: ['a', 'b'] } },
    );
    expect(made).toMatchObject({ itemCount: 3, filteredCount: 2 });
    expect(made.steps?.tallies.map(({ dropped }) => dropped)).toEqual([1, 1]);
  });

  it('rules are for the kinds that they name', () => {
    expect(run(spans({ name: 'a' }), { drop: true, for: ['logs', 'metrics'] }).rows).toHaveLength(1);
    expect(run(gauge('m', { asDouble: 1 }), { drop: true, for: ['metrics'] }).rows).toHaveLength(0);
  });

  it('samples by trace id: alike for spans and logs, about as many as it says, independent of the record', () => {
    const ids = Array.from({ length: 400 }, (_, i) => i.toString(16).padStart(32, '0'));
    const sampled = (request: object) =>
      run(request, { for: ['traces', 'logs'], sample: { rate: 0.25 } }).rows.map(({ TraceId }) => TraceId);
    const ofSpans = sampled(spans(...ids.map(traceId => ({ traceId }))));
    expect(ofSpans).toEqual(sampled(logs(...ids.map(traceId => ({ traceId })))));
    expect(ofSpans.length).toBeGreaterThan(60);
    expect(ofSpans.length).toBeLessThan(140);
    expect(sampled(spans({ traceId: ofSpans[0] }))).toHaveLength(1);
  });

  it('samples by an attribute, and by item', () => {
    const request = spans(
      ...Array.from({ length: 200 }, () => ({ attributes: attributes({ user: 'one' }) })),
    );
    expect([0, 200]).toContain(
      run(request, { sample: { rate: 0.5, by: { attribute: 'user' } } }).rows.length,
    );
    const ofItems = run(request, { sample: { rate: 0.5, by: 'item' } }).rows.length;
    expect(ofItems).toBeGreaterThan(60);
    expect(ofItems).toBeLessThan(140);
  });

  describe('redact', () => {
    const secret = spans({
      name: 'login',
      attributes: attributes({
        password: 'p',
        'user.email': 'write to ann@example.com or bob@example.org',
        'http.url': 'https://x/y?token=abc&a=1#f',
        nested: {
          kvlistValue: {
            values: attributes({ password: 'q', list: { arrayValue: { values: [text('c@d.eu')] } } }),
          },
        },
        n: { intValue: '7' },
      }),
      events: [{ attributes: attributes({ password: 'r' }) }],
      status: { message: 'no ann@example.com' },
    });
    const EMAIL = '[\\w.]+@[\\w.]+\\.[a-z]+';

    it('by keys: on every level, within values and in queries of URLs', () => {
      const [row] = run(secret, { redact: { keys: ['password', 'token'], mask: 'X' } }).rows;
      expect(row.SpanAttributes).toMatchObject({
        password: 'X',
        'http.url': 'https://x/y?token=X&a=1#f',
        nested: '{"list":["c@d.eu"],"password":"X"}',
        n: '7',
      });
      expect(row['Events.Attributes']).toEqual([{ password: 'X' }]);
    });

    it('by prefixes and patterns of keys, dropped', () => {
      const [row] = run(secret, {
        redact: { key_prefixes: ['user.'], key_patterns: ['^pass'], with: 'drop' },
      }).rows;
      expect(row.SpanAttributes).toEqual({
        'http.url': 'https://x/y?token=abc&a=1#f',
        n: '7',
        nested: '{"list":["c@d.eu"]}',
      });
    });

    it('by patterns of values, in all texts', () => {
      const [row] = run(secret, { redact: { patterns: [EMAIL] } }).rows;
      expect(row.SpanAttributes).toMatchObject({
        'user.email': 'write to *** or ***',
        nested: '{"list":["***"],"password":"q"}',
      });
      expect(row.StatusMessage).toBe('no ***');
    });

    it('only the first group of a pattern, and only where it is told to', () => {
      const [row] = run(secret, {
        for: ['traces'],
        redact: { patterns: ['([\\w.]+)@'], in: ['status_message'] },
      }).rows;
      expect(row.StatusMessage).toBe('no ***@example.com');
      expect(row.SpanAttributes['user.email']).toContain('ann@example.com');
    });

    it('keeps a part readable', () => {
      const [row] = run(spans({ attributes: attributes({ card: '4111111111111111', pin: '12' }) }), {
        redact: { keys: ['card', 'pin'], keep_last: 4 },
      }).rows;
      expect(row.SpanAttributes).toEqual({ card: '***1111', pin: '***' });
    });

    it('hashes with a key: alike for equal values, unlike under another key', () => {
      const hashed = (key: string) => {
        const file = join(folder, 'key');
        writeFileSync(file, key);
        return run(spans({ attributes: attributes({ a: 'v', b: 'v' }) }), {
          redact: { keys: ['a', 'b'], with: 'hash', hash_key_file: file },
        }).rows[0].SpanAttributes;
      };
      const one = hashed('one');
      expect(one.a).toMatch(/^[0-9a-f]{32}$/);
      expect(one.a).toBe(one.b);
      expect(hashed('two').a).not.toBe(one.a);
    });

    it('bodies of logs, texts and maps', () => {
      const body = {
        kvlistValue: {
          values: attributes({ password: 'p', mail: 'a@b.eu', id: { intValue: '9007199254740993' } }),
        },
      };
      const { rows } = run(logs({ body }, { body: text('mail a@b.eu') }), {
        redact: { keys: ['password'], patterns: [EMAIL] },
      });
      expect(rows.map(({ Body }) => Body)).toEqual([
        '{"id":9007199254740993,"mail":"***","password":"***"}',
        'mail ***',
      ]);
    });

    it('the resource, of every item that has it', () => {
      const { rows } = run(spans({ name: 'a' }, { name: 'b' }), { redact: { keys: ['region'] } });
      expect(rows.map(({ ResourceAttributes }) => ResourceAttributes.region)).toEqual(['***', '***']);
    });
  });

  describe('promote', () => {
    const promoted = (
      type: NonNullable<Rule['promote']>['type'],
      value: object,
      on_error?: Rule['on_error'],
    ) => {
      const made = run(spans({ attributes: attributes({ a: value }) }, {}), {
        promote: { attribute: 'a', column: 'A', type },
        ...(on_error ? { on_error } : {}),
      });
      return { rows: made.rows.map(({ A }) => A), failed: made.steps?.failedItems.length };
    };

    it.each<[NonNullable<Rule['promote']>['type'], object, unknown]>([
      ['text', { intValue: '7' }, '7'],
      ['low_cardinality', text('x"\\'), 'x"\\'],
      ['integer', { intValue: '-7' }, -7],
      ['integer', text('42'), 42],
      ['integer', { doubleValue: 3 }, 3],
      ['float', text('1.5e3'), 1500],
      ['float', { intValue: '2' }, 2],
      ['float', { doubleValue: 'NaN' }, 'NaN'],
      ['boolean', { boolValue: true }, true],
      ['boolean', text('false'), false],
      ['time', text('2026-10-09T08:53:20.123456789Z'), '1791536000.123456789'],
      ['time', text('2026-10-09T10:53:20+02:00'), '1791536000.000000000'],
      ['time', { intValue: '1791536000' }, '1791536000.000000000'],
      ['time', { intValue: '1791536000123' }, '1791536000.123000000'],
    ])('%s from %j', (type, value, wanted) => {
      expect(promoted(type, value)).toEqual({ rows: [wanted, null], failed: 0 });
    });

    it.each<[NonNullable<Rule['promote']>['type'], object]>([
      ['integer', text('many')],
      ['integer', text('9223372036854775808')],
      ['float', text('')],
      ['boolean', text('yes')],
      ['time', text('yesterday')],
      ['integer', { arrayValue: { values: [] } }],
    ])('%s does not take %j', (type, value) => {
      expect(promoted(type, value)).toEqual({ rows: [null], failed: 1 });
      expect(promoted(type, value, 'keep')).toEqual({ rows: [null, null], failed: 0 });
    });

    it('the first rule that finds its attribute fills a column', () => {
      const rule = (attribute: string) => ({
        promote: { attribute, column: 'Code', type: 'integer' as const },
      });
      const { rows } = run(
        spans({ attributes: attributes({ new: '1', old: '2' }) }, { attributes: attributes({ old: '3' }) }),
        rule('new'),
        rule('old'),
      );
      expect(rows.map(({ Code }) => Code)).toEqual([1, 3]);
    });
  });

  it('sets from constants, other values, headers, the topic and the environment', () => {
    process.env.OTELROWS_TEST_CLUSTER = 'c1';
    const [row] = run(
      spans({ name: 'a', attributes: attributes({ n: { intValue: '7' } }) }),
      { set: { resource: 'tenant', from: { header: 'tenant' } } },
      { set: { attribute: 'topic', from: { topic: true } } },
      { set: { attribute: 'cluster', env: 'OTELROWS_TEST_CLUSTER' } },
      { set: { attribute: 'copy', from: { attribute: 'n' } } },
      { set: { attribute: 'none', from: { attribute: 'absent' } } },
      { set: { column: 'SpanName', from: { resource: 'tenant' } }, for: ['traces'] },
      { set: { column: 'Duration', value: 5 }, for: ['traces'] },
    ).rows;
    expect(row).toMatchObject({
      SpanName: 'acme',
      Duration: 5,
      ResourceAttributes: { tenant: 'acme' },
      SpanAttributes: { topic: 'otlp_eu', cluster: 'c1', copy: '7', n: '7' },
    });
    expect(row.SpanAttributes).not.toHaveProperty('none');
  });

  it('renames and removes', () => {
    const [row] = run(
      spans({ attributes: attributes({ 'http.method': 'GET', 'debug.a': '1', 'debug.b': '2' }) }),
      { rename: { attribute: 'http.method', to: 'http.request.method' } },
      { rename: { resource: 'region', to: 'cloud.region' } },
      { remove: { key_prefixes: ['debug.'] } },
    ).rows;
    expect(row.SpanAttributes).toEqual({ 'http.request.method': 'GET' });
    expect(row.ResourceAttributes).toEqual({ 'service.name': 'shop', 'cloud.region': 'eu' });
  });

  it('truncates, visibly and between characters', () => {
    const { rows } = run(logs({ body: text('ä'.repeat(100)), attributes: attributes({ s: 'short' }) }), {
      for: ['logs'],
      truncate: { bytes: 64 },
    });
    const [{ Body, LogAttributes }] = rows;
    expect(Body).toMatch(/^ä+…\[truncated \d+ bytes\]$/);
    expect(Buffer.byteLength(Body)).toBeLessThanOrEqual(64);
    const cut = Number(/(\d+) bytes/.exec(Body)?.[1]);
    expect(Buffer.byteLength(Body.slice(0, Body.indexOf('…'))) + cut).toBe(200);
    expect(LogAttributes).toEqual({ s: 'short' });
  });

  it('parses JSON bodies into attributes, exactly', () => {
    const { rows } = run(
      logs(
        {
          body: text(
            '{"a":1,"big":12345678901234567890,"s":"1234567890123456789","o":{"b":true,"l":[1,"x"]},"n":null}',
          ),
        },
        { body: text('plain') },
        { body: text('{broken') },
      ),
      { for: ['logs'], parse_json: { prefix: 'j.' } },
    );
    expect(rows.map(({ LogAttributes }) => LogAttributes)).toEqual([
      {
        'j.a': '1',
        'j.big': '12345678901234567890',
        'j.s': '1234567890123456789',
        'j.o.b': 'true',
        'j.o.l': '[1,"x"]',
      },
      {},
      {},
    ]);
  });

  it.each([
    ['keys', { max_keys: 1 }, 'the JSON has 2 keys, more than max_keys (1)'],
    ['depth', { max_depth: 1 }, 'the JSON is nested deeper than max_depth'],
    ['size', { max_bytes: 5 }, 'the JSON has 19 characters, more than max_bytes (5)'],
  ])('JSON beyond its bounds in %s fails for its item', (_, bounds, message) => {
    const made = run(logs({ body: text('{"a":1,"b":{"c":2}}') }), { for: ['logs'], parse_json: bounds });
    expect(made.steps?.failedItems).toMatchObject([{ message }]);
  });

  it.each([
    ['CSV', 'teams.csv', 'service,team,tier\nshop,"the ""A"" team",1\nother,B,2\n'],
    ['JSON by keys', 'teams.json', '{"shop":{"team":"the \\"A\\" team","tier":1}}'],
    ['a list of JSON', 'list.json', '[{"service":"shop","team":"the \\"A\\" team","tier":1}]'],
  ])('looks up in %s', (_, name, content) => {
    const file = join(folder, name);
    writeFileSync(file, content);
    const made = run(spans({}), {
      lookup: {
        file,
        by: { resource: 'service.name' },
        key: 'service',
        set: { team: 'team', tier: 'tier' },
        into: 'resource',
      },
    });
    expect(made.rows[0].ResourceAttributes).toMatchObject({ team: 'the "A" team', tier: '1' });
    const missed = run(spans({}), {
      lookup: { file, by: { resource: 'region' }, key: 'service', set: { team: 'team' } },
    });
    expect(missed.steps?.tallies).toMatchObject([{ matched: 1, changed: 0 }]);
  });

  it('sends rows to other topics, under other keys', () => {
    const made = run(
      spans({ name: 'a', attributes: attributes({ user: 'u' }) }, { name: 'b' }),
      { route: { topic: 'rows-{kind}' }, when: { attribute: 'user', exists: true } },
      { key: { attribute: 'user' } },
    );
    expect(made.messages.map(({ topic, key }) => [topic, key?.toString()])).toEqual([
      ['rows-traces', 'u'],
      ['otel-traces', undefined],
    ]);
  });

  it('folds the values of an attribute beyond a number, for each metric and time', () => {
    const point = (user: string, seconds: number) => ({
      asDouble: 1,
      timeUnixNano: `${seconds}000000000`,
      attributes: attributes({ user }),
    });
    const transform = transformOf({
      for: ['metrics'],
      limit: { attribute: 'user', values: 2, per_seconds: 60 },
    });
    const users = (request: object) =>
      transform('metrics', 'otlp_json', Buffer.from(JSON.stringify(request))).messages.map(
        ({ value }) => JSON.parse(value.toString()).Attributes.user,
      );
    expect(users(gauge('m', point('a', 0), point('b', 1), point('c', 2), point('a', 3)))).toEqual([
      'a',
      'b',
      'other',
      'a',
    ]);
    expect(users(gauge('m', point('c', 4), point('c', 60)))).toEqual(['other', 'c']);
    expect(users(gauge('n', point('z', 5)))).toEqual(['z']);
  });

  it('items that the kernel leaves are treated alike, under their own number', () => {
    // Two values of one attribute are merged, which the kernel leaves.
    const request = JSON.stringify(
      spans(
        { name: 'a', attributes: attributes({ k: '1' }) },
        { name: 'b', attributes: attributes({ m: '1' }) },
      ),
    ).replace(
      '"key":"m","value":{"stringValue":"1"}',
      '"key":"m","value":{"stringValue":"1"},"value":{"intValue":"2"}',
    );
    const made = transformOf(
      { promote: { attribute: 'm', column: 'M', type: 'integer' } },
      { for: ['traces'], drop: true, when: { attribute: 'k', greater: 1, equals: 'x' } },
      { for: ['traces'], drop: true, when: { column: 'SpanName', greater: 1 } },
    )('traces', 'otlp_json', Buffer.from(request), RECORD);
    expect(made.steps?.failedItems.map(({ itemIndex }) => itemIndex)).toEqual([0, 1]);
    expect(made.steps?.tallies).toMatchObject([{ changed: 1 }, { matched: 0 }, { failed: 2 }]);
  });
});

it.each<[string, Partial<Rule>, RegExp]>([
  [
    'a file that is not there',
    { lookup: { file: '/nope.csv', by: { topic: true }, key: 'a', set: { b: 'c' } } },
    /\/nope\.csv does not exist/,
  ],
  [
    'a variable that is not set',
    { set: { attribute: 'a', env: 'OTELROWS_NOT_SET' } },
    /OTELROWS_NOT_SET is not set/,
  ],
  [
    'a key for hashes that is not set',
    { redact: { keys: ['a'], with: 'hash', hash_key_env: 'OTELROWS_NOT_SET' } },
    /OTELROWS_NOT_SET/,
  ],
])('tells of %s before anything is transformed', (_, rule, problem) => {
  const create = () =>
    createTransform(allKindsOn({ transform: { engine: 'auto', rules: [{ name: 'r', ...rule }] } }));
  expect(create).toThrow(ConfigInvalid);
  expect(create).toThrow(problem);
});
