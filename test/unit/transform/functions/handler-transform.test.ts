import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { PoisonRecord } from '../../../../src/errors.js';
import type { Signal } from '../../../../src/transform/decode/otlp.js';
import { type Handler, withKey } from '../../../../src/transform/functions/define.js';
import { createHandlerTransform } from '../../../../src/transform/functions/handler-transform.js';
import { allKindsOn } from '../../../support/all-kinds-on.js';

const SPANS = [
  {
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    spanId: '00f067aa0ba902b7',
    name: 'a',
    startTimeUnixNano: '12345678901234567',
  },
  {
    name: 'b',
    attributes: [
      { key: 'n', value: { intValue: '-9223372036854775808' } },
      { key: 'raw', value: { bytesValue: '/+8=' } },
    ],
  },
];
const REQUEST = Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: SPANS }] }] }));

const transformBy = (handler: Handler, said: unknown[] = [], settings = allKindsOn()) =>
  createHandlerTransform(settings, {
    name: 'my.ts',
    moduleUrl: import.meta.url,
    handler,
    log: (...line) => said.push(line),
    timeoutMs: 20,
  });
const run = (handler: Handler, value = REQUEST) => transformBy(handler)('traces', 'auto', value);
const rowsOf = ({ messages }: Awaited<ReturnType<typeof run>>) =>
  messages.map(({ value }) => JSON.parse(String(value)));

it('sees the request as OTLP/JSON has it', async () => {
  let seen: { resourceSpans: { scopeSpans: { spans: object[] }[] }[] } | undefined;
  await run(data => {
    seen = data;
  });
  const spans = seen?.resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
  expect(spans).toMatchObject(SPANS);
  expect(spans[1]).toMatchObject({ traceId: '', kind: 0, startTimeUnixNano: '0' });
});

it('sees the same of protobuf and of JSON, for each request of the corpus', async () => {
  const folder = 'test/golden/corpus';
  const files = readdirSync(folder).filter(file => file.endsWith('.binpb'));
  let compared = 0;
  for (const file of files) {
    const signal = file.split('.').at(-2) as Signal;
    const both = [file, file.replace(/binpb$/, 'json')].map(name => {
      try {
        return readFileSync(`${folder}/${name}`);
      } catch {
        return null;
      }
    });
    if (both.includes(null)) continue;
    const seen: unknown[] = [];
    for (const value of both)
      await transformBy(data => void seen.push(data))(signal, 'auto', value as Buffer);
    expect(seen[1], file).toEqual(seen[0]);
    compared += seen.length;
  }
  expect(compared).toBeGreaterThan(20);
});

it('makes a row of each record that it returns: one, several, from a promise, none', async () => {
  expect(rowsOf(await run(() => ({ a: 1 })))).toEqual([{ a: 1 }]);
  const several = await run(async () => [{ a: 1n << 63n }, { b: new Map([['c', 2]]) }]);
  expect(rowsOf(several)).toEqual([{ a: '9223372036854775808' }, { b: { c: 2 } }]);
  expect(several).toMatchObject({ itemCount: 2, filteredCount: 0 });
  expect(several.messages).toMatchObject([
    { topic: 'otel-traces', key: null, itemIndex: 0 },
    { topic: 'otel-traces', key: null, itemIndex: 1 },
  ]);
  for (const none of [undefined, null, []]) {
    expect(await run(() => none)).toMatchObject({
      messages: [],
      itemCount: 2,
      filteredCount: 2,
      steps: { tallies: [{ name: 'my.ts', matched: 2, changed: 0, dropped: 2, failed: 0 }] },
    });
  }
});

it('gives messages the keys that its rows have', async () => {
  const { messages } = await run(() => [withKey('k1', { a: 1 }), { a: 2 }]);
  expect(messages.map(({ key, value }) => [key?.toString(), String(value)])).toEqual([
    ['k1', '{"a":1}'],
    [undefined, '{"a":2}'],
  ]);
});

it('is not called for what holds no item, and says of what it is', async () => {
  const handler = () => {
    throw new Error('called');
  };
  expect(await run(handler, Buffer.from('{"resourceSpans":[]}'))).toMatchObject({ itemCount: 0 });
  const suspicious = await run(handler, Buffer.from('{"resourceSpans":[{"scopeSpan":[]}]}'));
  expect(suspicious.suspicion).toBeDefined();
});

it('logs with the coordinates of the record', async () => {
  const said: unknown[] = [];
  const record = { topic: 'in', partition: 1, offset: 2, timestampMs: null, headers: [] };
  await transformBy((_, log) => log.info('met', { n: 1 }), said)('traces', 'auto', REQUEST, record);
  expect(said).toEqual([['info', 'met', { n: 1, topic: 'in', partition: 1, offset: 2 }]]);
});

it.each<[string, Handler, RegExp]>([
  [
    'throws',
    () => {
      throw new Error('no tenant');
    },
    /^my\.ts: handler-transform\.test\.ts:\d+: no tenant$/,
  ],
  ['rejects', () => Promise.reject(new Error('gone')), /: gone$/],
  ['takes too long', () => new Promise(() => undefined), /took longer than 20 ms/],
  ['returns a text', () => 'row', /returned a string as row 0/],
  ['returns a list in the list', () => [{ a: 1 }, []], /returned a list as row 1/],
  ['returns an empty object', () => [{}], /returned an empty object as row 0/],
])('the record is a dead letter when it %s', async (_, handler, message) => {
  const error = await run(handler).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(PoisonRecord);
  expect(error).toMatchObject({ reason: 'handler_failed', message: expect.stringMatching(message) });
});
