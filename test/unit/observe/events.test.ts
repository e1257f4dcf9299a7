import { Writable } from 'node:stream';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Problem } from '../../../src/messages/dead-letter.js';
import { type BatchTally, zeroCounters, zeroTally } from '../../../src/observe/counters.js';
import { createEvents, type Events } from '../../../src/observe/events.js';
import { createLogger } from '../../../src/observe/log.js';
import { record } from '../../support/scripted-kafka.js';

interface Line {
  level: string;
  event: string;
  msg: string;
  [field: string]: unknown;
}

let lines: Line[];
let events: Events;

beforeEach(async () => {
  lines = [];
  const out = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  events = createEvents(await createLogger({ level: 'trace', format: 'json' }, out));
});

const PROBLEM: Problem = { stage: 'decode', reason: 'malformed', errorClass: 'PoisonRecord', message: 'no' };
const BATCH: BatchTally = {
  ...zeroTally(),
  records: 2,
  items: 10,
  rows: 6,
  rowBytes: 600,
  truncated: 2,
  filtered: 3,
  emptyRecords: 2,
  suspiciousRecords: 3,
  withoutItemsBy: new Map([
    ['in', { tombstone: 1, suspicious: 3 }],
    ['constructor', { empty_request: 1 }],
  ]),
  suspicious: [{ record: record(0, 9), signal: 'logs', suspicion: { firstUnknownField: undefined } }],
  plainItemsBy: { merged: 1 },
  deadLetteredItems: 1,
  deadLetteredRecords: 1,
  deadLetters: [
    { record: record(0, 7), problem: PROBLEM, valueLeftOut: false },
    {
      record: record(0, 8),
      problem: { ...PROBLEM, reason: 'row_too_large', itemIndexes: [3] },
      valueLeftOut: false,
    },
  ],
};
/** What it adds to the counters. */
const { oldestMs: _, deadLetters: __, suspicious: ___, withoutItemsBy: ____, ...TALLIED } = BATCH;
const SUMS = {
  ...TALLIED,
  deadLetteredItemsBy: { row_too_large: 1 },
  deadLetteredRecordsBy: { malformed: 1 },
};
const P0 = { topic: 'in', partition: 0 };

/** Each event, what its line is called, and how loud it is. */
const ALL: {
  [Name in Exclude<keyof Events, 'counters' | 'status' | 'measured' | 'inputsLooked'>]: [
    level: string,
    event: string,
    happen: () => void,
  ];
} = {
  started: [
    'info',
    'started',
    () =>
      events.started({
        group: 'g',
        instance: 'i',
        inputs: ['in'],
        delivery: 'exactly_once',
        rowFormat: 'clickhouse',
      }),
  ],
  brokersAway: ['warn', 'brokers_away', () => events.brokersAway('consumer', 'refused', 5000)],
  connected: ['debug', 'connected', () => events.connected('consumer', 12)],
  connectionError: ['warn', 'connection_error', () => events.connectionError('consumer', 'hung up')],
  topicCreated: ['info', 'topic_created', () => events.topicCreated('out', 3, 1, 'as in has')],
  offsetsMissing: [
    'warn',
    'offsets_missing',
    () => events.offsetsMissing({ topic: 'in', partitions: [0, 1], records: 8, othersKnown: 0 }),
  ],
  inputFound: ['info', 'input_found', () => events.inputFound('in', ['in'])],
  inputMissing: ['warn', 'input_missing', () => events.inputMissing('in')],
  topicsUnchecked: ['warn', 'topics_unchecked', () => events.topicsUnchecked('timed out')],
  rebalanced: ['info', 'assigned', () => events.rebalanced({ kind: 'assigned', partitions: [P0] }, [P0])],
  deadLettered: ['warn', 'dead_lettered', () => events.deadLettered(record(0, 7), PROBLEM)],
  valueLeftOut: ['error', 'dead_letter_value_left_out', () => events.valueLeftOut(record(0, 7))],
  suspicious: ['warn', 'suspicious_records', () => events.suspicious(record(0, 7), 3, 'holds something')],
  topicLimitFound: ['warn', 'topic_limit_found', () => events.topicLimitFound('out', 20_000)],
  topicLimitUnknown: ['warn', 'topic_limit_unknown', () => events.topicLimitUnknown('timed out')],
  committed: ['debug', 'committed', () => events.committed(BATCH, 3.4)],
  aborted: ['warn', 'aborted', () => events.aborted('refused', 100)],
  offsetsUnknown: ['warn', 'offsets_unknown', () => events.offsetsUnknown('timed out', 100)],
  producerReplaced: ['warn', 'producer_replaced', () => events.producerReplaced('fenced', 100)],
  pollFailed: ['warn', 'poll_failed', () => events.pollFailed('hung up', 100)],
  recordsMissed: [
    'error',
    'records_missed',
    () => events.recordsMissed({ topic: 'in', partition: 0, from: 3, to: 5 }),
  ],
  kernelFailed: ['error', 'kernel_failed', () => events.kernelFailed(record(0, 7), 'unreachable')],
  transformSaid: ['warn', 'transform_said', () => events.transformSaid('warn', 'no tenant', { topic: 'in' })],
  defect: [
    'error',
    'defect',
    () => events.defect(record(0, 7), new TypeError('undefined is not a function')),
  ],
  batchTimedOut: [
    'warn',
    'batch_timed_out',
    () =>
      events.batchTimedOut({
        batch: { records: 8, rowBytes: 800 },
        tookMs: 8012.3,
        timeMaxMs: 10_000,
        next: { records: 2, rowBytes: 200 },
      }),
  ],
  progress: [
    'info',
    'progress',
    () => {
      events.committed(BATCH, 1);
      lines.pop();
      events.progress();
    },
  ],
  stopped: ['info', 'stopped', () => events.stopped()],
};

test.each(Object.entries(ALL))('%s is one line that says its event in words', (_, [level, event, happen]) => {
  happen();

  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ level, event });
  expect(lines[0]?.msg).not.toBe('');
});

describe('counters', () => {
  test('begin at zero and count committed batches', () => {
    expect(events.counters).toEqual(zeroCounters());

    events.committed(BATCH, 1);
    events.committed({ ...zeroTally(), records: 1 }, 1);

    expect(events.counters).toEqual({
      ...zeroCounters(),
      ...SUMS,
      withoutItemsBy: BATCH.withoutItemsBy,
      records: 3,
      batches: 2,
    });
  });

  test('of records without items add up by topic and kind', () => {
    events.committed(BATCH, 1);
    events.committed(
      { ...zeroTally(), withoutItemsBy: new Map([['in', { suspicious: 2, empty_value: 1 }]]) },
      1,
    );

    expect(events.counters.withoutItemsBy).toEqual(
      new Map([
        ['in', { tombstone: 1, suspicious: 5, empty_value: 1 }],
        ['constructor', { empty_request: 1 }],
      ]),
    );
    expect(BATCH.withoutItemsBy.get('in')).toEqual({ tombstone: 1, suspicious: 3 });
  });

  test('count aborts, new producers, failures of ours, batches that timed out and missed records, which add nothing to the rest', () => {
    events.aborted('refused', 100);
    events.aborted('refused', 200);
    events.producerReplaced('fenced', 400);
    events.kernelFailed(record(0, 7), 'unreachable');
    events.recordsMissed({ topic: 'in', partition: 0, from: 3, to: 5 });
    events.defect(record(0, 7), new TypeError('undefined is not a function'));
    events.batchTimedOut({
      batch: { records: 1, rowBytes: 0 },
      tookMs: 8000,
      timeMaxMs: 10_000,
      next: { record: record(0, 7), attemptsMax: 3 },
    });

    expect(events.counters).toEqual({
      ...zeroCounters(),
      aborts: 2,
      producersReplaced: 1,
      kernelFailures: 1,
      defects: 1,
      batchesTimedOut: 1,
      missedRecords: 2,
    });
  });

  test('count dead letters with their batch, not when they are told', () => {
    events.deadLettered(record(0, 7), PROBLEM);
    expect(events.counters).toEqual(zeroCounters());
  });

  test('are told at the end', () => {
    events.committed(BATCH, 1);
    events.stopped();
    expect(lines.at(-1)).toMatchObject({
      ...SUMS,
      functionCounts: {},
      functionDrops: {},
      batches: 1,
      aborts: 0,
      producersReplaced: 0,
    });
  });
});

test('suspicious records are told of at once, and then every ten minutes at most with how many they were', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const other = record(0, 3, { topic: 'other' });
  const told = () => lines.splice(0).map(({ topic, offset, records }) => [topic, offset, records]);

  events.suspicious(record(0, 7), 1, 'holds something, but no span');
  expect(lines[0]?.msg).toBe('in-0 offset 7 makes no rows: it holds something, but no span');
  events.suspicious(other, 2, 'holds something, but no span');
  events.suspicious(record(0, 8), 20, 'holds something, but no span');
  expect(told()).toEqual([
    ['in', 7, 1],
    ['other', 3, 2],
  ]);

  vi.advanceTimersByTime(10 * 60_000 - 1);
  events.suspicious(record(0, 9), 30, 'holds something, but no span');
  expect(told()).toEqual([]);

  vi.advanceTimersByTime(1);
  events.suspicious(record(0, 10), 4, 'holds something, but no span');
  expect(lines[0]?.msg).toContain('There are 54 such records of this topic since the last such line');
  expect(told()).toEqual([['in', 10, 54]]);
});

describe('progress', () => {
  test('is silent when nothing happened', () => {
    events.progress();
    events.progress();
    expect(lines).toEqual([]);
  });

  test('tells what happened since the last one, and falls silent again', () => {
    events.committed(BATCH, 1);
    events.measured([{ ...P0, lag: 17, offset: 7, waitsFor: null }], true);
    events.progress();
    events.committed({ ...BATCH, records: 1, rows: 4, filtered: 0, deadLetteredItems: 0 }, 1);
    events.measured([], true);
    events.progress();
    events.progress();

    const told = lines.filter(({ event }) => event === 'progress');
    expect(told).toHaveLength(2);
    expect(told[0]).toMatchObject({ records: 2, rows: 6, filtered: 3, deadLettered: 2, lag: 17 });
    expect(told[1]).toMatchObject({ records: 1, rows: 4, filtered: 0, deadLettered: 1 });
    expect(told[1]).not.toHaveProperty('lag');
  });
});

describe('rebalances', () => {
  test.each([
    ['assigned', { kind: 'assigned', partitions: [P0] }],
    ['revoked', { kind: 'revoked', partitions: [P0], lost: false }],
    ['lost', { kind: 'revoked', partitions: [P0], lost: true }],
  ] as const)('%s, and how many partitions are owned then', (event, rebalance) => {
    events.rebalanced(rebalance, [P0, { topic: 'in', partition: 1 }]);
    expect(lines[0]).toMatchObject({ event, owned: 2 });
    expect(lines[0]?.msg).toContain('now owns 2 partitions');
  });
});

test('a connection that took long is told to everyone', () => {
  events.connected('producer', 65_000);
  expect(lines[0]).toMatchObject({ level: 'info', event: 'connected', waitedSeconds: 65 });
});

test('a dead letter is told with coordinates and reason, never with what the record holds', () => {
  const secret = record(0, 7, { key: Buffer.from('KEY'), value: Buffer.from('VALUE') });
  events.deadLettered(secret, PROBLEM);
  events.valueLeftOut(secret);

  expect(lines[0]).toMatchObject({
    topic: 'in',
    partition: 0,
    offset: 7,
    stage: 'decode',
    reason: 'malformed',
  });
  expect(lines[1]).toMatchObject({ topic: 'in', partition: 0, offset: 7, bytes: 5 });
  expect(JSON.stringify(lines)).not.toMatch(/KEY|VALUE/);
});
