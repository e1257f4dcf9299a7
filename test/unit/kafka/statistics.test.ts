import { expect, test } from 'vitest';
import { readStatistics } from '../../../src/kafka/confluent/statistics.js';

const P0 = { topic: 'in', partition: 0 };

function statistics(brokerState: string, partition: object) {
  return readStatistics(
    JSON.stringify({
      brokers: { 'a:9092/1': { state: 'DOWN' }, 'b:9092/2': { state: brokerState } },
      topics: {
        in: { partitions: { 0: { fetch_state: 'active', fetchq_cnt: 0, next_offset: 7, ...partition } } },
      },
    }),
  );
}

test('brokers are up when any of them is', () => {
  expect(statistics('UP', {}).brokersUp).toBe(true);
  expect(statistics('TRY_CONNECT', {}).brokersUp).toBe(false);
});

test('where fetching goes on is known of a partition that is fetched from and has been read up to there', () => {
  expect(statistics('UP', {}).nextFetch(P0)).toBe(7);
  expect(statistics('UP', { fetchq_cnt: 2 }).nextFetch(P0)).toBeNull();
  expect(statistics('UP', { fetch_state: 'offset-query' }).nextFetch(P0)).toBeNull();
  expect(statistics('UP', { next_offset: -1001 }).nextFetch(P0)).toBeNull();
  expect(statistics('UP', {}).nextFetch({ topic: 'in', partition: 9 })).toBeNull();
});

test('how much was fetched and not read, and where the first open transaction begins', () => {
  const told = statistics('UP', { fetchq_cnt: 2, ls_offset: 5 });
  expect(told.fetchedCount(P0)).toBe(2);
  expect(told.stableEnd(P0)).toBe(5);
  expect(statistics('UP', { ls_offset: -1001 }).stableEnd(P0)).toBeNull();
});

test('a topic may be called like something that every object has', () => {
  const told = statistics('UP', {});
  for (const topic of ['constructor', '__proto__', 'toString']) {
    expect(told.nextFetch({ topic, partition: 0 })).toBeNull();
    expect(told.fetchedCount({ topic, partition: 0 })).toBe(0);
  }
});
