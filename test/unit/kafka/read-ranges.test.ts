import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { NextOffset, ReadRecords, TopicReader } from '../../../src/kafka/ports.js';
import { readRanges } from '../../../src/kafka/read-ranges.js';
import { record } from '../../support/scripted-kafka.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

const NOTHING: ReadRecords = { records: [], ends: [] };

/** A reader whose polls take a second each; `poll` is given how often it was told where to read. */
function scriptedReader(poll: (assigned: number) => ReadRecords) {
  const assigned: (readonly NextOffset[])[] = [];
  const reader: Pick<TopicReader, 'assign' | 'poll' | 'release'> = {
    assign: wanted => void assigned.push(wanted),
    poll: async () => {
      vi.advanceTimersByTime(1_000);
      return poll(assigned.length);
    },
    release: () => undefined,
  };
  return { reader: reader as TopicReader, assigned };
}

async function offsetsRead(reader: TopicReader, stallMsMax = 20_000): Promise<number[]> {
  const offsets: number[] = [];
  await readRanges(
    reader,
    [{ topic: 'in', partition: 0, from: 3, to: 5 }],
    ({ offset }) => void offsets.push(offset),
    { signal: new AbortController().signal, stallMsMax, onProgress: () => undefined },
  );
  return offsets;
}

test('a client that stands still is told again where to read, and nothing is read twice', async () => {
  let polls = 0;
  const { reader, assigned } = scriptedReader(times => {
    polls += 1;
    if (polls === 1) return { records: [record(0, 3)], ends: [] };
    return times === 1 ? NOTHING : { records: [record(0, 4)], ends: [] };
  });

  expect(await offsetsRead(reader)).toEqual([3, 4]);
  expect(assigned).toEqual([
    [{ topic: 'in', partition: 0, offset: 3 }],
    [{ topic: 'in', partition: 0, offset: 4 }],
  ]);
});

test('when nothing comes all the same, it says where it stands', async () => {
  const { reader, assigned } = scriptedReader(() => NOTHING);

  await expect(offsetsRead(reader)).rejects.toThrow(
    /in-0: read to offset 3 of 5, then nothing came for 20 s/,
  );
  expect(assigned.length).toBeGreaterThan(1);
});
