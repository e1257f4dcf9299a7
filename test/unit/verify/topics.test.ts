import { expect, test } from 'vitest';
import { type Config, defaultConfig } from '../../../src/config/schema.js';
import { InputInvalid } from '../../../src/errors.js';
import { ROW_KINDS } from '../../../src/tables/columns.js';
import { resolveTopics } from '../../../src/verify/topics.js';

/** Brokers on which every topic exists. */
const admin = {
  topicNames: async () => [],
  describeTopic: async (topic: string) => ({ topic, partitions: [], allowed: null }),
};

const slot = (kind: (typeof ROW_KINDS)[number]) => ROW_KINDS.indexOf(kind) + 1;

function nativeTraces(): Config {
  const config = defaultConfig();
  config.traces.encoding = 'native';
  return config;
}

test('rows are read in the encoding of their kind, and only those of blocks are compared without a key', async () => {
  const topics = await resolveTopics(nativeTraces(), { inputs: [], outputs: [] }, admin);
  expect(topics.encodingOf(slot('traces')).packing?.holds).toBe('rows_of_partition');
  expect(topics.encodingOf(slot('logs')).packing).toBeNull();
  expect([...topics.keyless]).toEqual([slot('traces')]);
});

test('a topic of no known kind cannot be read where rows are in blocks', async () => {
  const resolve = (config: Config, output: string) =>
    resolveTopics(config, { inputs: [], outputs: [output] }, admin);
  await expect(resolve(nativeTraces(), 'copy')).rejects.toThrow(InputInvalid);
  await expect(resolve(nativeTraces(), 'copy')).rejects.toThrow('such as --output traces=copy');
  expect([...(await resolve(nativeTraces(), 'traces=copy')).outputs]).toEqual([['copy', slot('traces')]]);
  expect([...(await resolve(defaultConfig(), 'copy')).outputs]).toEqual([['copy', 0]]);
});
