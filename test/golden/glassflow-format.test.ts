import { expect, it } from 'vitest';
import { createTransform } from '../../src/create-transform.js';
import { allKindsOn } from '../support/all-kinds-on.js';
import { goldenCases, sentMessages, unsendableMetrics } from './golden-cases.js';

const transform = createTransform(allKindsOn({ row_format: 'glassflow' }));

it.each(goldenCases('decodes'))(
  '$signal $name in $encoding makes the messages that the exporter sends',
  golden => {
    const { messages } = transform(golden.signal, golden.encoding, golden.value);

    const unsendable = unsendableMetrics(golden);
    const made = messages
      .map(({ topic, key, value }) => ({ topic, key: key?.toString() ?? null, value: value.toString() }))
      .filter(({ value }) => !unsendable.includes(JSON.parse(value).MetricName))
      .map(message => JSON.stringify(message));

    const versions = sentMessages(golden).map(sent =>
      sent.map(({ topic, key, value }) => JSON.stringify({ topic, key, value })),
    );
    const closest = versions.find(version => version.join() === made.join()) ?? versions[0];
    expect(made).toStrictEqual(closest);
  },
);

it('makes a row of a histogram whose sum is NaN, for which the exporter drops the whole request', () => {
  const golden = goldenCases('decodes').find(({ name }) => name === 'histogram-nan-sum');
  if (golden === undefined) throw new Error('the case is missing');

  const { messages } = transform('metrics', golden.encoding, golden.value);

  expect(messages.map(({ topic, value }) => [topic, JSON.parse(value.toString()).Sum])).toStrictEqual([
    ['otel-metrics-gauge', undefined],
    ['otel-metrics-histogram', null],
    ['otel-metrics-gauge', undefined],
  ]);
});
