import { expect, it } from 'vitest';
import { defaultConfig } from '../../src/config/schema.js';
import { PoisonRecord } from '../../src/errors.js';
import { testTransform } from '../../src/test-transform.js';
import { defineTransform, drop } from '../../src/transform/functions/define.js';

const input = {
  resourceSpans: [
    {
      scopeSpans: [
        {
          spans: [
            { name: 'a' },
            { name: 'b' },
            { name: 'c' },
            { name: 'd', endTimeUnixNano: '18446744073709551615' },
          ],
        },
      ],
    },
  ],
};

const transform = defineTransform({
  traces(row, ctx) {
    if (row.SpanName === 'a') return drop('first');
    if (row.SpanName === 'b') throw new Error('no b');
    ctx.count('kept');
    ctx.key(ctx.headers.get('tenant') ?? null);
    ctx.header('h', row.SpanName);
  },
});

it('tells rows, what was dropped, dead letters and counts', async () => {
  expect(await testTransform(transform, { input, headers: { tenant: 'acme' } })).toMatchObject({
    rows: [{ SpanName: 'c' }, { SpanName: 'd', Duration: '18446744073709551615' }],
    messages: [
      { topic: 'otel-traces', key: 'acme', headers: { h: 'c' } },
      { topic: 'otel-traces', key: 'acme', headers: { h: 'd' } },
    ],
    dropped: { first: 1 },
    deadLetters: [{ item: 1, message: expect.stringMatching(/test-transform\.test\.ts:\d+: no b$/) }],
    counts: { kept: 2 },
  });
});

it('takes functions that are waited for, handlers, bytes, and a config with rules', async () => {
  const config = defaultConfig();
  config.transform.rules = [
    { name: 'no-c', when: { column: 'SpanName', equals: 'c' }, drop: true, for: ['traces'] },
  ];
  const bytes = Buffer.from(JSON.stringify(input));
  const named = {
    traces: async (row: { SpanName: string }) => {
      row.SpanName += '!';
    },
  };
  const made = await testTransform(named, { input: bytes, signal: 'traces' }, config);
  expect(made.rows.map(({ SpanName }) => SpanName)).toEqual(['a!', 'b!', 'd!']);
  expect(made.dropped).toEqual({ 'no-c': 1 });
  const handled = await testTransform(data => ({ count: data.resourceSpans.length }), { input });
  expect(handled.rows).toEqual([{ count: 1 }]);
});

it('refuses what is no request', async () => {
  await expect(testTransform(transform, { input: { hello: 'world' } })).rejects.toThrow(PoisonRecord);
});
