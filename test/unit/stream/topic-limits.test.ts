import { expect, test } from 'vitest';
import { topicLimits } from '../../../src/stream/topic-limits.js';

const MEGABYTE = 1_000_000;
const CLIENT_BYTES_MAX = MEGABYTE - 36;

/** Topics that take so much; the others take anything. */
function setUp(taken: Record<string, number>) {
  const events: string[] = [];
  let time = 0;
  let probes = 0;
  const limits = topicLimits(
    { topics: ['rows', 'dead'], messageBytesMax: MEGABYTE },
    {
      topicLimitFound: topic => events.push(`found ${topic}`),
      topicLimitUnknown: reason => events.push(`unknown: ${reason}`),
    },
    () => time,
  );
  const openProbe = async () => {
    probes += 1;
    return {
      accepts: async (topic: string, bytes: number) => bytes <= (taken[topic] ?? Number.POSITIVE_INFINITY),
      close: async () => void events.push('closed'),
    };
  };
  return {
    limits,
    events,
    learn: () => limits.learn(openProbe),
    probes: () => probes,
    pass: (ms: number) => {
      time += ms;
    },
  };
}

test('nothing is tried before a batch was refused', async () => {
  const { limits, learn, probes } = setUp({ rows: 5000 });
  await learn();

  expect(probes()).toBe(0);
  expect(limits.leastBytesMax()).toBe(CLIENT_BYTES_MAX);
  expect(limits.batchBytesMax(MEGABYTE)).toBe(MEGABYTE);
});

test('after that each topic has its limit, and batches stay below the least', async () => {
  const { limits, learn, events, probes } = setUp({ rows: 50_000 });
  limits.refused();
  await learn();
  await learn();

  expect(probes()).toBe(1);
  expect(events).toEqual(['found rows', 'closed']);
  expect(limits.bytesMaxOf('rows')).toBeGreaterThan(49_900);
  expect(limits.bytesMaxOf('rows')).toBeLessThan(50_000);
  expect(limits.bytesMaxOf('dead')).toBe(CLIENT_BYTES_MAX);
  expect(limits.leastBytesMax()).toBe(limits.bytesMaxOf('rows'));
  expect(limits.batchBytesMax(MEGABYTE)).toBe(limits.bytesMaxOf('rows'));
  expect(limits.batchBytesMax(1000)).toBe(1000);
});

test('a limit is forgotten after a while, since the topic may take more by then', async () => {
  const { limits, learn, pass } = setUp({ rows: 50_000 });
  pass(3_600_000);
  limits.refused();
  await learn();
  pass(600_000);
  expect(limits.leastBytesMax()).toBeLessThan(50_000);
  expect(limits.bytesMaxOf('rows')).toBeLessThan(50_000);

  pass(1);
  expect(limits.leastBytesMax()).toBe(CLIENT_BYTES_MAX);
  expect(limits.bytesMaxOf('rows')).toBe(CLIENT_BYTES_MAX);
});

test('a row has room for what frames it otherwise than what its topic was tried with', async () => {
  // Found to the byte, as powers of two are.
  const { limits, learn } = setUp({ rows: 65_536 });
  limits.refused();
  await learn();

  expect(limits.bytesMaxOf('rows')).toBe(65_536 - 16);
});

test('a topic that takes nothing at all leaves batches of one byte, which the client accepts as a setting', async () => {
  const { limits, learn } = setUp({ rows: 0 });
  limits.refused();
  await learn();

  expect(limits.bytesMaxOf('rows')).toBe(0);
  expect(limits.leastBytesMax()).toBe(0);
  expect(limits.batchBytesMax(MEGABYTE)).toBe(1);
});

test('a try that fails changes nothing and is made again', async () => {
  const { limits, learn, events } = setUp({ rows: 50_000 });
  limits.refused();
  await limits.learn(async () => {
    throw new Error('timed out');
  });

  expect(events).toEqual(['unknown: timed out']);
  expect(limits.leastBytesMax()).toBe(CLIENT_BYTES_MAX);

  await learn();
  expect(limits.leastBytesMax()).toBeLessThan(50_000);
});
