import { expect, test } from 'vitest';
import { testBroker } from '../support/broker.js';
import { committedOffsets, createTopic, endOffsets, produce } from '../support/kafka-client.js';
import { otelrows } from '../support/otelrows.js';
import { temporaryFiles } from '../support/temporary-files.js';
import { spansPipeline } from '../support/worker.js';

const write = temporaryFiles();

const request = (...names: string[]) =>
  JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: names.map(name => ({ name })) }] }] });

test('explain and diff read records of a topic, with their headers, and leave nothing behind', async () => {
  const { settings, input, output, group } = spansPipeline();
  await createTopic(testBroker(), input, { partitions: 2 });
  await createTopic(testBroker(), output, { partitions: 3 });
  const at = (partition: number, timestampMs: number, value: string, tenant: string) => ({
    topic: input,
    partition,
    timestampMs,
    value,
    headers: { tenant },
  });
  const now = Date.now();
  await produce(testBroker(), [
    at(0, now - 3000, request('a'), 'acme'),
    at(1, now - 1000, request('b', 'c'), 'vip'),
    at(0, now - 2000, request('d'), 'acme'),
  ]);
  const config = (name: string, ...rules: object[]) =>
    write(name, JSON.stringify({ ...settings, transform: { rules } }));
  const tenant = { name: 'tenant', for: ['traces'], key: { header: 'tenant' } };
  const [a, b] = [
    config('a.json', tenant),
    config('b.json', tenant, {
      name: 'no-b',
      drop: true,
      for: ['traces'],
      when: { column: 'SpanName', equals: 'b' },
    }),
  ];

  const newest = otelrows(['explain', '--config', a, '--from-topic', input, '--output', 'json']);
  const items = newest.stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
  expect(items.map(({ record, identity, fate }) => [record, identity.SpanName, fate])).toEqual(
    ['b', 'c'].map(name => [
      { topic: input, partition: 1, offset: 0 },
      name,
      { kind: 'row', topic: output, key: 'vip', partition: expect.any(Number), isKeySent: true },
    ]),
  );
  const one = otelrows(['explain', '--config', a, '--from-topic', input, '--at', '0:1']);
  expect(one.stdout).toContain(`── ${input}-0 offset 1 · item 0`);
  expect(one.stdout).toContain('d');
  expect(otelrows(['explain', '--config', a, '--from-topic', input, '--at', '0:7'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining(`${input}-0 has no offset 7: it holds offsets 0 to 1`),
  });
  expect(otelrows(['explain', '--config', a, '--from-topic', 'no-such-topic'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('there is no topic no-such-topic'),
  });

  const differing = otelrows(['diff', '--config', a, '--config', b, '--from-topic', input]);
  expect([differing.exitCode, differing.stdout]).toEqual([
    1,
    expect.stringContaining('3 records with 4 items: 3 rows the same, 0 changed, 1 gone, 0 new.'),
  ]);
  expect(differing.stdout).toContain(`${input}-1 offset 0 item 0: b`);
  expect(otelrows(['diff', '-c', a, '-c', a, '--from-topic', input]).exitCode).toBe(0);

  expect(await committedOffsets(testBroker(), group, input)).toEqual(new Map());
  expect([...(await endOffsets(testBroker(), output)).values()]).toEqual([0, 0, 0]);
});
