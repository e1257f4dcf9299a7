import { expect, test } from 'vitest';
import { testBroker, uniqueName } from '../support/broker.js';
import { createTopic, produce, readAll } from '../support/kafka-client.js';
import { otelrows } from '../support/otelrows.js';
import { temporaryFiles } from '../support/temporary-files.js';
import { spansPipeline, startWorker, untilConsumed } from '../support/worker.js';

const write = temporaryFiles();

const request = (...names: string[]) =>
  Buffer.from(
    JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: names.map(name => ({ name })) }] }] }),
  );

const MODULE = `import { drop, type FunctionContext } from 'otelrows';
export ASYNC function traces(row: { SpanName: string }, ctx: FunctionContext<'traces'>) {
  AWAIT
  ctx.log.info('met', { name: row.SpanName });
  if (row.SpanName === 'probe') return drop('health_check');
  if (row.SpanName === 'bad') throw new Error('no such tenant');
  if (row.SpanName === 'vip') ctx.route('ROUTED');
  if (row.SpanName !== 'twin') return;
  ctx.count('twins', 2);
  const other = ctx.copy();
  other.SpanName = 'second twin';
  return [row, other];
}
`;

test.each([
  { encoding: 'json', isAsync: false },
  { encoding: 'native', isAsync: true },
])('functions are applied exactly once, and verify knows them: %o', async ({ encoding, isAsync }) => {
  const pipeline = spansPipeline();
  const routed = uniqueName('routed');
  const source = MODULE.replace('ROUTED', routed)
    .replace('ASYNC', isAsync ? 'async' : '')
    .replace('AWAIT', isAsync ? 'await new Promise(resolve => setTimeout(resolve, 1));' : '');
  const settings = {
    ...pipeline.settings,
    row_id: 'column',
    traces: { ...(pipeline.settings.traces as object), encoding },
    transform: {
      module: write(`${uniqueName('transform')}.ts`, source),
      function_topics: [{ topic: routed, for: ['traces'] }],
    },
  };
  await createTopic(testBroker(), pipeline.input, { partitions: 1 });
  await produce(testBroker(), [
    { topic: pipeline.input, value: request('probe', 'twin', 'bad', 'plain') },
    { topic: pipeline.input, value: request('vip') },
  ]);
  const config = write(`${uniqueName('functions')}.json`, JSON.stringify(settings));
  const checked = otelrows(['check', '--config', config]);
  expect(checked.stdout).toContain(`${routed}: will be created`);

  const worker = startWorker(settings);
  await untilConsumed(pipeline);
  expect(await worker.stop()).toBe(0);
  expect(await worker.event('stopped')).toMatchObject({
    items: 6,
    rows: 4,
    filtered: 1,
    deadLetteredItems: 1,
    steps: [{ matched: 5, changed: 1, dropped: 1, failed: 1 }],
    functionCounts: { twins: 2 },
    functionDrops: { health_check: 1 },
  });
  expect(worker.logs.find(({ event }) => event === 'transform_said')).toMatchObject({
    name: 'probe',
    topic: pipeline.input,
    partition: 0,
    offset: 0,
  });

  if (encoding === 'json') {
    const rows = async (topic: string) =>
      (await readAll(testBroker(), topic)).map(({ value }) => JSON.parse(String(value)));
    const ids = (await rows(pipeline.output)).map(({ SpanName, RowId }) => [
      SpanName,
      RowId.split('/').at(-1),
    ]);
    expect(ids.sort()).toEqual([
      ['plain', '3'],
      ['second twin', '4'],
      ['twin', '1'],
    ]);
    expect(await rows(routed)).toMatchObject([{ SpanName: 'vip' }]);
  }
  const [deadLetter, ...others] = await readAll(testBroker(), pipeline.deadLetters);
  expect(others).toEqual([]);
  const headers = new Map(deadLetter?.headers.map(([name, value]) => [name, String(value)]));
  expect(headers.get('otelrows.dead_letter.reason')).toBe('function_failed');
  expect(headers.get('otelrows.dead_letter.item_indexes')).toBe('2');
  expect(headers.get('__streams.errors.message')).toMatch(/\.ts: transform.*\.ts:6: no such tenant$/);

  const verified = otelrows(['verify', '--config', config]);
  expect([verified.exitCode, verified.stdout]).toEqual([0, expect.stringMatching(/1\s+dead-lettered/)]);

  // After a fix of the function, the item that failed is replayed alone.
  write(settings.transform.module.split('/').at(-1) ?? '', source.replace(/.*'bad'.*\n/, ''));
  const replayed = otelrows(['deadletters', 'replay', '--yes', '--config', config]);
  expect([replayed.exitCode, replayed.stderr]).toEqual([0, expect.anything()]);
  const after = otelrows(['verify', '--config', config]);
  expect([after.exitCode, after.stdout]).toEqual([0, expect.stringMatching(/5\s+rows/)]);
});

test('a handler makes rows of whole requests, and a record that it fails at is a dead letter until it does not', async () => {
  const pipeline = spansPipeline();
  const source = `export const handler = data => {
  const names = data.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans.map(({ name }) => name)));
  if (names.includes('bad')) throw new Error('no such tenant');
  return names.filter(name => name !== 'probe').map(name => ({ name, n: 1n << 60n }));
};
`;
  const file = `${uniqueName('handler')}.ts`;
  const settings = {
    ...pipeline.settings,
    row_id: 'column',
    inputs: [{ topic: pipeline.input, signal: 'traces' }],
    transform: { module: write(file, source) },
  };
  await createTopic(testBroker(), pipeline.input, { partitions: 1 });
  await produce(testBroker(), [
    { topic: pipeline.input, value: request('one', 'probe', 'two') },
    { topic: pipeline.input, value: request('bad', 'three') },
    { topic: pipeline.input, value: request('probe') },
  ]);
  const config = write(`${uniqueName('handler')}.json`, JSON.stringify(settings));
  const worker = startWorker(settings);
  await untilConsumed(pipeline);
  expect(await worker.stop()).toBe(0);
  const rows = async () =>
    (await readAll(testBroker(), pipeline.output)).map(({ value }) => JSON.parse(String(value)));
  expect((await rows()).map(({ RowId: _, ...row }) => row)).toEqual([
    { name: 'one', n: '1152921504606846976' },
    { name: 'two', n: '1152921504606846976' },
  ]);
  const [deadLetter] = await readAll(testBroker(), pipeline.deadLetters);
  const headers = new Map(deadLetter?.headers.map(([name, value]) => [name, String(value)]));
  expect(headers.get('otelrows.dead_letter.reason')).toBe('handler_failed');
  expect(headers.get('otelrows.dead_letter.stage')).toBe('transform');
  expect(headers.get('__streams.errors.message')).toMatch(/handler.*\.ts:3: no such tenant$/);
  expect(otelrows(['verify', '--config', config])).toMatchObject({ exitCode: 0 });

  write(file, source.replace(/.*'bad'.*\n/, ''));
  expect(otelrows(['deadletters', 'replay', '--yes', '--config', config])).toMatchObject({ exitCode: 0 });
  expect((await rows()).map(({ name }) => name)).toEqual(['one', 'two', 'bad', 'three']);
  expect(otelrows(['verify', '--config', config])).toMatchObject({ exitCode: 0 });
});
