import { describe, expect, test } from 'vitest';
import { createTransform } from '../../src/create-transform.js';
import { encodeJson, encodeProtobuf } from '../../src/demo/telemetry/encode-otlp.js';
import { createRandom } from '../../src/demo/telemetry/random.js';
import { encodingsByTopic } from '../../src/encodings/encodings-of.js';
import { ROW_KINDS } from '../../src/tables/columns.js';
import { allKindsOn, withEncoding } from '../support/all-kinds-on.js';
import { makeRecords } from './inputs.js';
import { itemOf } from './kafka/count-rows.js';

const encoders = { createRandom, encodeProtobuf, encodeJson };
const SHAPE = { itemCount: 250, requestItems: 100, seed: 1 };

describe.each(['traces', 'logs', 'metrics'] as const)('%s', signal => {
  test.each(['otlp_proto', 'otlp_json'] as const)('the same seed gives the same bytes (%s)', encoding => {
    const records = (seed: number) =>
      Buffer.concat([...makeRecords(encoders, signal, encoding, { ...SHAPE, seed })]);
    expect(records(1).equals(records(1))).toBe(true);
    expect(records(1).equals(records(2))).toBe(false);
  });

  test.each(['json', 'native'] as const)(
    'every item can be told from every other by its row (%s)',
    encoding => {
      const settings = withEncoding(
        allKindsOn({ transform: { engine: 'plain', rules: [] } }),
        encoding,
        ROW_KINDS,
      );
      const transform = createTransform(settings);
      const encodingOf = encodingsByTopic(settings);
      const records = [...makeRecords(encoders, signal, 'otlp_proto', SHAPE)];
      const items = records
        .flatMap(record => transform(signal, 'otlp_proto', record).messages)
        .map(({ topic, value }) => itemOf(encodingOf(topic), signal, value));
      expect(records).toHaveLength(3);
      expect(items).not.toContain(null);
      expect(new Set(items).size).toBe(250);
    },
  );
});

test('one span of each request is odd, in one of three ways', () => {
  const transform = createTransform(allKindsOn());
  const records = [...makeRecords(encoders, 'traces', 'otlp_proto', { ...SHAPE, oddSpans: true })];
  const made = records.map(record => transform('traces', 'otlp_proto', record));
  const oddRows = made.map(({ messages }) => JSON.parse(String(messages.at(-1)?.value)));
  expect(made.map(({ itemCount }) => itemCount)).toEqual([100, 100, 50]);
  expect(oddRows[0].ServiceName).toBe('42');
  expect(Object.keys(oddRows[1].SpanAttributes)).toHaveLength(600);
  expect(oddRows[2].SpanAttributes['app.region']).toBe('eu-central-1');
  // The kernel leaves no other.
  expect(made.map(({ plainItems }) => plainItems ?? {})).toEqual([{}, {}, { merged: 1 }]);
});
