import { expect, test } from 'vitest';
import { tellBegins } from '../../../src/stream/tell-begins.js';
import { failure } from '../../support/scripted-kafka.js';

type Known = [topic: string, partition: number, committed: number | null, low: number, high: number];

async function tell(known: Known[], error?: Error) {
  const said: unknown[] = [];
  const begins: unknown[] = [];
  const partitions = known.map(([topic, partition]) => ({ topic, partition }));
  const find = (at: { topic: string; partition: number }) =>
    known.find(([topic, partition]) => topic === at.topic && partition === at.partition) as Known;
  await tellBegins(
    {
      committed: async () => {
        if (error) throw error;
        return partitions.map(at => ({ ...at, offset: find(at)[2] }));
      },
      askRange: async at => ({ low: find(at)[3], high: find(at)[4] }),
    },
    partitions,
    { begin: at => begins.push(at) },
    { offsetsMissing: about => said.push(about) },
  );
  return { said, begins };
}

test('a group without offsets is told of by topic, with what it will read', async () => {
  const { said } = await tell([
    ['a', 0, null, 5, 10],
    ['a', 1, null, 0, 3],
    ['b', 0, null, 0, 1],
  ]);
  expect(said).toEqual([
    { topic: 'a', partitions: [0, 1], records: 8, othersKnown: 0 },
    { topic: 'b', partitions: [0], records: 1, othersKnown: 0 },
  ]);
});

test('partitions without offsets beside some that have them are told apart', async () => {
  const { said, begins } = await tell([
    ['a', 0, 7, 0, 10],
    ['a', 1, null, 0, 3],
  ]);
  expect(said).toEqual([{ topic: 'a', partitions: [1], records: 3, othersKnown: 1 }]);
  expect(begins).toEqual([{ topic: 'a', partition: 0, offset: 7 }]);
});

test('nothing is said of partitions that hold nothing, or of brokers that do not answer', async () => {
  expect((await tell([['a', 0, null, 10, 10]])).said).toEqual([]);
  expect((await tell([['a', 0, null, 0, 10]], failure('indefinite'))).said).toEqual([]);
});
