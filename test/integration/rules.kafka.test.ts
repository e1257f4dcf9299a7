import { expect, test } from 'vitest';
import { testBroker, uniqueName } from '../support/broker.js';
import { createTopic, produce, readAll } from '../support/kafka-client.js';
import { otelrows } from '../support/otelrows.js';
import { temporaryFiles } from '../support/temporary-files.js';
import { spansPipeline, startWorker, untilConsumed } from '../support/worker.js';

const write = temporaryFiles();

const span = (id: number, attributes: Record<string, object>) => ({
  traceId: '0102030405060708090a0b0c0d0e0f10',
  spanId: id.toString(16).padStart(16, '0'),
  name: `span ${id}`,
  attributes: Object.entries(attributes).map(([key, value]) => ({ key, value })),
});
const request = (...spans: object[]) =>
  Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }));

test.each(['json', 'native'] as const)(
  'rules are applied exactly once, and verify knows them: %s',
  async encoding => {
    const pipeline = spansPipeline();
    const routed = uniqueName('routed');
    const settings = {
      ...pipeline.settings,
      traces: { ...(pipeline.settings.traces as object), encoding },
      transform: {
        rules: [
          {
            name: 'no-health',
            for: ['traces'],
            drop: true,
            when: { attribute: 'route', equals: '/healthz' },
          },
          { name: 'tenant', set: { resource: 'tenant', from: { header: 'tenant' } } },
          { name: 'code', for: ['traces'], promote: { attribute: 'code', column: 'Code', type: 'integer' } },
          {
            name: 'vip',
            for: ['traces'],
            route: { topic: routed },
            when: { resource: 'tenant', equals: 'vip' },
          },
        ],
      },
    };
    await createTopic(testBroker(), pipeline.input, { partitions: 1 });
    await produce(testBroker(), [
      {
        topic: pipeline.input,
        value: request(
          span(1, { route: { stringValue: '/healthz' } }),
          span(2, { code: { stringValue: '200' } }),
          span(3, { code: { stringValue: 'many' } }),
        ),
        headers: { tenant: 'acme' },
      },
      {
        topic: pipeline.input,
        value: request(span(4, { code: { intValue: '500' } })),
        headers: { tenant: 'vip' },
      },
    ]);
    const config = write(`${uniqueName('rules')}.json`, JSON.stringify(settings));
    const checked = otelrows(['check', '--config', config]);
    expect(checked.stdout).toContain(`${routed}: will be created`);

    const worker = startWorker(settings);
    await untilConsumed(pipeline);
    expect(await worker.stop()).toBe(0);
    expect(await worker.event('stopped')).toMatchObject({
      steps: [
        { name: 'no-health', matched: 1, changed: 0, dropped: 1, failed: 0 },
        { name: 'tenant', matched: 3, changed: 3, dropped: 0, failed: 0 },
        { name: 'code', matched: 3, changed: 2, dropped: 0, failed: 1 },
        { name: 'vip', matched: 1, changed: 1, dropped: 0, failed: 0 },
      ],
    });

    if (encoding === 'json') {
      const rows = async (topic: string) =>
        (await readAll(testBroker(), topic)).map(({ value }) => JSON.parse(String(value)));
      expect(await rows(pipeline.output)).toMatchObject([
        { SpanName: 'span 2', Code: 200, ResourceAttributes: { tenant: 'acme' } },
      ]);
      expect(await rows(routed)).toMatchObject([{ SpanName: 'span 4', Code: 500 }]);
    }
    const [letter, ...others] = await readAll(testBroker(), pipeline.deadLetters);
    expect(others).toEqual([]);
    const headers = new Map(letter?.headers.map(([name, value]) => [name, String(value)]));
    expect(headers.get('otelrows.dead_letter.reason')).toBe('rule_failed');
    expect(headers.get('otelrows.dead_letter.stage')).toBe('transform');
    expect(headers.get('otelrows.dead_letter.item_indexes')).toBe('2');
    expect(headers.get('__streams.errors.message')).toBe(
      'code: the attribute code is "many", which fits no column of the type integer',
    );

    const verified = otelrows(['verify', '--config', config]);
    expect([verified.exitCode, verified.stdout]).toEqual([0, expect.stringMatching(/1\s+dead-lettered/)]);
    expect(verified.stdout).toMatch(/1\s+filtered/);

    // With a rule that lets it pass, the item that failed is replayed alone.
    const [first, second, code, last] = settings.transform.rules;
    const rules = [first, second, { ...code, on_error: 'keep' }, last];
    const kinder = write(
      `${uniqueName('rules')}.json`,
      JSON.stringify({ ...settings, transform: { rules } }),
    );
    const replayed = otelrows(['deadletters', 'replay', '--yes', '--config', kinder]);
    expect([replayed.exitCode, replayed.stderr]).toEqual([0, expect.anything()]);
    if (encoding === 'json') {
      const output = (await readAll(testBroker(), pipeline.output)).map(({ value }) =>
        JSON.parse(String(value)),
      );
      expect(output.map(({ SpanName, Code }) => [SpanName, Code]).sort()).toEqual([
        ['span 2', 200],
        ['span 3', null],
      ]);
    }
  },
);
