import { expect, test } from 'vitest';
import { AbortBatch, Fatal } from '../../../../src/errors.js';
import type { FailureKind } from '../../../../src/kafka/failure.js';
import type { AssignedConsumer, InputRecord, ReadRecords, TopicReader } from '../../../../src/kafka/ports.js';
import { makeDeadLetter, withoutValue } from '../../../../src/messages/dead-letter.js';
import type { DeadLetterFilter } from '../../../../src/messages/dead-letter-record.js';
import { createEvents } from '../../../../src/observe/events.js';
import { createLogger } from '../../../../src/observe/log.js';
import { deadLetterSender, zeroDeadLetters } from '../../../../src/stream/dead-letters/dead-letter-sender.js';
import { deadLetterSources } from '../../../../src/stream/dead-letters/dead-letter-sources.js';
import { dryRunDelivery } from '../../../../src/stream/dry-run.js';
import { keepPace } from '../../../../src/stream/pace.js';
import { boundedRun } from '../../../../src/stream/replay/bounded-run.js';
import { failure, record, scriptedConsumer } from '../../../support/scripted-kafka.js';

const EVERYTHING: DeadLetterFilter = { reasons: [], topics: [] };
const PROBLEM = { stage: 'decode', reason: 'bytes_limit', errorClass: 'PoisonRecord', message: 'too large' };

/**
 * A dead-letter record without value, at an offset of the dead-letter topic, about the record at the same offset of its
 * input.
 */
const deadLetterAt = (offset: number): InputRecord => ({
  ...record(0, offset),
  ...withoutValue(makeDeadLetter('dead', record(0, offset), PROBLEM as never, new Date())),
});

/** @param polls what each poll of the reader does; after the last, it finds the record that it was assigned to. */
function setUp(
  options: {
    polls?: (Error | ReadRecords)[];
    partitions?: number[] | Error;
    deadLetters?: number;
    bytesMax?: number;
  } = {},
) {
  const { polls = [], partitions = [0], deadLetters = 1, bytesMax = 1000 } = options;
  const readers: string[] = [];
  const connect = async (): Promise<TopicReader> => {
    let offset = 0;
    readers.push('open');
    const name = readers.length - 1;
    return {
      assign: ([at]) => {
        offset = at?.offset ?? 0;
      },
      poll: async () => {
        const next = polls.shift();
        if (next instanceof Error) throw next;
        return next ?? { records: [record(0, offset)], ends: [] };
      },
      release: () => undefined,
      committed: async () => [],
      disconnect: async () => {
        readers[name] = 'closed';
      },
    };
  };
  const sources = deadLetterSources({
    admin: {
      describeTopic: async topic => {
        if (partitions instanceof Error) throw partitions;
        const infos = partitions.map(partition => ({ partition, leader: 1, replicas: 1, inSyncReplicas: 1 }));
        return infos.length === 0 ? null : { topic, partitions: infos, allowed: null };
      },
    },
    connect,
    filter: EVERYTHING,
    bytesMax,
    waitMaxMs: 5,
  });
  const scripted = scriptedConsumer([], {
    records: Array.from({ length: deadLetters }, (_, offset) => deadLetterAt(offset)),
  });
  const dead: AssignedConsumer = {
    ...scripted,
    begin: positions => {
      for (const position of positions) void scripted.seek(position);
    },
    end: () => undefined,
    commitFromOutside: async () => undefined,
  };
  return { sources, consumer: sources.beside(dead), readers };
}

const only = (deadLetters: InputRecord[]): InputRecord => {
  if (deadLetters.length !== 1 || !deadLetters[0])
    throw new Error(`${deadLetters.length} dead-letter records`);
  return deadLetters[0];
};

test('a dead-letter record is polled with its record beside it', async () => {
  const { sources, consumer } = setUp();
  expect(sources.of(only(await consumer.poll(9, 1)))).toMatchObject({ offset: 0, value: record(0, 0).value });
});

test.each<[FailureKind, typeof AbortBatch | typeof Fatal]>([
  ['retriable', AbortBatch],
  ['indefinite', AbortBatch],
  ['denied', Fatal],
  ['other', Fatal],
])(
  '%s while its record is looked for: the dead-letter record is polled, and its record cannot be asked for',
  async (kind, thrown) => {
    for (const failing of [{ polls: [failure(kind)] }, { partitions: failure(kind) }]) {
      const { sources, consumer, readers } = setUp(failing);
      const deadLetter = only(await consumer.poll(9, 1));
      expect(() => sources.of(deadLetter)).toThrow(thrown);
      expect(readers).toEqual(['closed']);
    }
  },
);

test('brokers that do not answer have not deleted the record', async () => {
  const silence = Array.from({ length: 100_000 }, () => ({ records: [], ends: [] }));
  const { sources, consumer } = setUp({ polls: silence });
  const deadLetter = only(await consumer.poll(9, 1));
  expect(() => sources.of(deadLetter)).toThrow(AbortBatch);
});

test.each([
  ['its topic was deleted', { partitions: [] }],
  ['its topic was recreated with fewer partitions', { partitions: [1] }],
  ['the client finds no such partition', { polls: [failure('unknown_topic')] }],
  ['the partition begins after it', { polls: [{ records: [record(0, 8)], ends: [] }] }],
  ['the partition ends before it', { polls: [{ records: [], ends: [record(0, 0)] }] }],
])('a record is gone when %s', async (_, options) => {
  const { sources, consumer } = setUp(options);
  expect(sources.of(only(await consumer.poll(9, 1)))).toBeNull();
});

test('no more dead-letter records are polled while the records beside them have too many bytes', async () => {
  const { sources, consumer } = setUp({ deadLetters: 3, bytesMax: 4 });
  const [first, second] = [only(await consumer.poll(9, 1)), only(await consumer.poll(9, 1))];
  expect(await consumer.poll(9, 1)).toEqual([]);
  sources.of(first);
  expect(await consumer.poll(9, 1)).toHaveLength(1);
  expect(sources.of(second)).toMatchObject({ offset: 1 });
});

test('a dead-letter record whose record is not found at first is replayed, not passed over', async () => {
  const { sources, consumer } = setUp({ deadLetters: 3, polls: [failure('retriable')] });
  const tally = zeroDeadLetters();
  const committed: number[] = [];
  const sent: number[] = [];
  const events = createEvents(await createLogger({ level: 'silent', format: 'json' } as never));
  const backoff = { next: () => 0, reset: () => undefined, elapsedMs: () => 0 };
  const inputOf = (topic: string) =>
    ({ topic, signal: 'traces', encoding: 'auto', framing: 'auto' }) as const;
  const transform = () => ({ messages: [], itemCount: 0, filteredCount: 0 });
  const done = await boundedRun({
    consumer,
    ranges: [{ topic: 'dead', partition: 0, from: 0, to: 3 }],
    parts: {
      delivery: {
        ...dryRunDelivery(),
        commit: async ([next]) => void committed.push(next?.offset ?? -1),
        abort: async () => void sent.splice(0),
      },
      inputOf,
      transform,
      recordBytesMax: 1000,
      sender: {
        beginBatch: () => undefined,
        sendRecord: deadLetterSender({
          inputOf,
          transform,
          recordBytesMax: 1000,
          sendRecord: async (_, processed, batch) => {
            batch.records += 1;
            sent.push(processed.record.offset);
          },
          filter: EVERYTHING,
          sourceOf: sources.of,
          tally,
        }),
        sendGathered: async () => undefined,
      },
      pace: keepPace({ recordsMax: 10, rowBytesMax: 1000 }, { timeMaxMs: 10_000, calmMs: 0, calmMsMax: 0 }),
      outputTopics: [],
      bounds: { recordsMax: 10, bytesMax: 1000, rowBytesMax: 1000, ageMsMax: 50 },
      backoff,
      pollBackoff: backoff,
      retryElapsedMsMax: 0,
      events,
      stop: new AbortController().signal,
    },
  });
  expect(done).toBe(true);
  expect(sent).toEqual([0, 1, 2]);
  expect(committed).toEqual([3, 3]);
});
