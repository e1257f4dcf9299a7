import { expect, test } from 'vitest';
import { inputWatch } from '../../../src/stream/input-watch.js';
import { failure } from '../../support/scripted-kafka.js';

/** @param topics that exist, with their numbers of partitions; the test changes them. */
function watch(inputs: string[], topics: Record<string, number>) {
  const said: string[] = [];
  const clock = { ms: 0 };
  const away = { brokers: false };
  let missing: readonly string[] = [];
  const { look } = inputWatch(
    inputs.map(topic => ({ topic, signal: 'traces', encoding: 'auto', framing: 'auto' })),
    {
      askTopics: async names => {
        if (away.brokers) throw failure('indefinite');
        said.push(names === 'all' ? 'ask all' : `ask ${names.join(' ')}`);
        return new Map(Object.entries(topics).filter(([topic]) => names === 'all' || names.includes(topic)));
      },
    },
    {
      inputMissing: input => said.push(`missing ${input}`),
      inputFound: (input, found) => said.push(`found ${input}: ${found.join(' ')}`),
      inputsLooked: inputs => {
        missing = inputs;
      },
    },
    () => clock.ms,
  );
  const looked = async () => {
    said.length = 0;
    const waitMs = await look();
    return { said: [...said], missing, waitMs };
  };
  return { looked, topics, clock, away };
}

test('a missing topic is named at once, then every five minutes, until it is there', async () => {
  const { looked, topics, clock } = watch(['a', 'b'], { a: 1 });
  expect(await looked()).toEqual({
    said: ['ask a b', 'ask all', 'missing b'],
    missing: ['b'],
    waitMs: 5_000,
  });
  clock.ms = 299_999;
  expect(await looked()).toMatchObject({ said: ['ask a b'], missing: ['b'] });
  clock.ms = 300_000;
  expect((await looked()).said).toEqual(['ask a b', 'missing b']);
  topics.b = 1;
  expect(await looked()).toMatchObject({ said: ['ask a b', 'ask all', 'found b: b'], missing: [] });
  expect((await looked()).said).toEqual(['ask a b']);
});

test('the client is made to look for itself when a topic has more partitions, or is gone', async () => {
  const { looked, topics } = watch(['a'], { a: 1 });
  await looked();
  topics.a = 2;
  expect((await looked()).said).toEqual(['ask a', 'ask all']);
  delete topics.a;
  expect(await looked()).toMatchObject({ said: ['ask a', 'ask all', 'missing a'], missing: ['a'] });
});

test('a pattern is missing while it matches nothing, and a large cluster is asked less often', async () => {
  const { looked, topics } = watch(['^otlp_', 'logs'], { other: 8_000, logs: 1 });
  expect(await looked()).toEqual({ said: ['ask all', 'missing ^otlp_'], missing: ['^otlp_'], waitMs: 8_001 });
  topics.otlp_1 = 1;
  topics.otlp_2 = 100_000;
  expect(await looked()).toEqual({
    said: ['ask all', 'found ^otlp_: otlp_1 otlp_2'],
    missing: [],
    waitMs: 30_000,
  });
});

test('brokers that are away are not taken for a missing topic', async () => {
  const { looked, away } = watch(['a'], { a: 1 });
  await looked();
  away.brokers = true;
  expect(await looked()).toEqual({ said: [], missing: [], waitMs: 5_000 });
});
