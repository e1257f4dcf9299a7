import { describe, expect, test } from 'vitest';
import { defaultConfig } from '../../src/config/schema.js';
import { createTransform } from '../../src/create-transform.js';
import { encodeJson, encodeProtobuf } from '../../src/demo/telemetry/encode-otlp.js';
import { createRandom } from '../../src/demo/telemetry/random.js';
import { makeRecords } from './inputs.js';
import { ITEM_OF, rowsOf } from './kafka/count-rows.js';

const build = { createTransform, defaultConfig, createRandom, encodeProtobuf, encodeJson };

describe.each(['traces', 'logs', 'metrics'] as const)('%s', signal => {
  test.each(['otlp_proto', 'otlp_json'] as const)('the same seed gives the same bytes (%s)', encoding => {
    const records = (seed: number) =>
      Buffer.concat([...makeRecords(build, signal, encoding, { itemCount: 250, requestItems: 100, seed })]);
    expect(records(1).equals(records(1))).toBe(true);
    expect(records(1).equals(records(2))).toBe(false);
  });

  test('every item can be told from every other by its row', () => {
    const config = { ...defaultConfig(), transform: 'plain' as const };
    const { gauge, sum, histogram, exponential_histogram } = config.metrics;
    for (const kind of [gauge, sum, histogram, exponential_histogram]) kind.enabled = true;
    const transform = createTransform(config);
    const records = [
      ...makeRecords(build, signal, 'otlp_proto', { itemCount: 250, requestItems: 100, seed: 1 }),
    ];
    const items = records
      .flatMap(record => transform(signal, 'otlp_proto', record).messages)
      .flatMap(({ value }) => [...rowsOf(value)])
      .map(ITEM_OF[signal]);
    expect(records).toHaveLength(3);
    expect(items).not.toContain(null);
    expect(new Set(items).size).toBe(250);
  });
});
