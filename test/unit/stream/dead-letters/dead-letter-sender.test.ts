import { expect, test } from 'vitest';
import { PoisonRecord } from '../../../../src/errors.js';
import type { InputRecord } from '../../../../src/kafka/ports.js';
import { makeDeadLetter, type Problem, withoutValue } from '../../../../src/messages/dead-letter.js';
import type { ProcessedRecord } from '../../../../src/messages/process-record.js';
import { zeroTally } from '../../../../src/observe/counters.js';
import { deadLetterSender, zeroDeadLetters } from '../../../../src/stream/dead-letters/dead-letter-sender.js';
import type { Delivery } from '../../../../src/stream/delivery.js';
import { dryRunDelivery } from '../../../../src/stream/dry-run.js';
import type { TransformRecord } from '../../../../src/transform/transform-record.js';
import { record } from '../../../support/scripted-kafka.js';

const SOURCE = record(3, 41);
const UNDECODABLE: Problem = {
  stage: 'decode',
  reason: 'malformed',
  errorClass: 'PoisonRecord',
  message: 'bad',
};
const ITEMS: Problem = { ...UNDECODABLE, stage: 'send', reason: 'row_too_large', itemIndexes: [1, 3] };

/** Four items a record, the last of a kind that is switched off. */
const transform: TransformRecord = () => ({
  messages: [0, 1, 2].map(itemIndex => ({ topic: 'out', key: null, value: Buffer.from('row'), itemIndex })),
  itemCount: 4,
  filteredCount: 1,
});

async function send(
  deadLetter: Pick<InputRecord, 'value' | 'headers'>,
  parts: Partial<Parameters<typeof deadLetterSender>[0]> = {},
) {
  const sent: ProcessedRecord[] = [];
  const putBack: unknown[] = [];
  const tally = zeroDeadLetters();
  const delivery: Delivery = {
    ...dryRunDelivery(),
    send: async messages => {
      putBack.push(...messages);
      return [];
    },
  };
  const sendRecord = deadLetterSender({
    inputOf: topic => {
      if (topic !== 'in') throw new Error('no input');
      return { topic, signal: 'traces', encoding: 'auto', framing: 'auto' };
    },
    transform,
    recordBytesMax: 1_000_000,
    sendRecord: async (_, processed, batch) => {
      batch.records += 1;
      sent.push(processed);
    },
    filter: { reasons: [], topics: [] },
    sourceOf: () => null,
    tally,
    ...parts,
  });
  const batch = zeroTally();
  const transformed = transform('traces', 'auto', Buffer.alloc(0));
  await sendRecord(
    delivery,
    { record: { ...record(0, 7), ...deadLetter }, signal: 'traces', outcome: 'rows', transformed },
    batch,
  );
  // Each dead-letter record is one record of its batch, whatever became of it: that is how far the batch got.
  expect(batch.records).toBe(1);
  return { sent, putBack, tally };
}

const deadLetterOn = (problem: Problem) => makeDeadLetter('dead', SOURCE, problem, new Date());

test('the record of a dead-letter record is processed as if it had just been read', async () => {
  const { sent, tally } = await send(deadLetterOn(UNDECODABLE));
  expect(sent).toMatchObject([
    { record: { topic: 'in', partition: 3, offset: 41, value: SOURCE.value }, outcome: 'rows' },
  ]);
  expect(tally).toEqual({ ...zeroDeadLetters(), replayed: 1 });
});

test('of a dead-letter record about items only those are sent, and the row counts add up', async () => {
  const { sent } = await send(deadLetterOn(ITEMS));
  const [processed] = sent;
  if (processed?.outcome !== 'rows') throw new Error('no rows');
  const { messages, itemCount, filteredCount } = processed.transformed;
  expect(messages.map(({ itemIndex }) => itemIndex)).toEqual([1]);
  expect({ itemCount, filteredCount }).toEqual({ itemCount: 2, filteredCount: 1 });
});

const refusing: TransformRecord = () => {
  throw new PoisonRecord('malformed', 'still bad');
};

test('a dead-letter record about items whose record is refused is put back, so that its items are not forgotten', async () => {
  const { sent, putBack, tally } = await send(deadLetterOn(ITEMS), { transform: refusing });
  expect([sent.length, putBack.length, tally.refused]).toEqual([0, 1, 1]);
  expect((await send(deadLetterOn(UNDECODABLE), { transform: refusing })).sent).toMatchObject([
    { outcome: 'poison' },
  ]);
});

test('a dead-letter record without value is replayed from its record, and put back when that is gone', async () => {
  const deadLetter = withoutValue(deadLetterOn(UNDECODABLE));
  expect((await send(deadLetter, { sourceOf: () => SOURCE })).sent).toMatchObject([
    { record: { value: SOURCE.value } },
  ]);
  expect((await send(deadLetter)).tally.unreachable).toBe(1);
});

test('a dead-letter record without value is put back when another record stands where its own was, and says why', async () => {
  const deadLetter = withoutValue(deadLetterOn(UNDECODABLE));
  const told: unknown[] = [];
  const { sent, putBack, tally } = await send(deadLetter, {
    sourceOf: () => ({ ...SOURCE, value: Buffer.from('what came later') }),
    otherFound: (...said) => void told.push(said),
  });
  expect(sent).toEqual([]);
  expect(putBack).toMatchObject([{ value: null, key: SOURCE.key }]);
  expect(tally).toEqual({ ...zeroDeadLetters(), replaced: 1 });
  const source = { topic: 'in', partition: 3, offset: 41 };
  expect(told).toEqual([[source, expect.stringMatching(/^its value has 15 bytes, not \d+$/)]]);
});

test('what others have written into the topic is left where it is', async () => {
  const { sent, putBack, tally } = await send({ value: Buffer.from('x'), headers: [] });
  expect([sent, putBack, tally]).toEqual([[], [], { ...zeroDeadLetters(), foreign: 1 }]);
});

test('a dead-letter record of before the time that was given is left where it is, whatever its reason', async () => {
  const before = makeDeadLetter('dead', SOURCE, UNDECODABLE, new Date('2026-11-20T08:00:00Z'));
  const filter = { reasons: ['other'], topics: [], sinceMs: Date.parse('2026-11-20T08:00:01Z') };
  const { sent, putBack, tally } = await send(before, { filter });
  expect([sent, putBack, tally]).toEqual([[], [], { ...zeroDeadLetters(), passed: 1 }]);
  const later = { ...filter, reasons: [], sinceMs: filter.sinceMs - 1000 };
  expect((await send(before, { filter: later })).tally.replayed).toBe(1);
});

test.each([
  ['skipped', deadLetterOn(UNDECODABLE), { filter: { reasons: ['other'], topics: [] } }],
  [
    'unreachable',
    deadLetterOn({ ...ITEMS, itemIndexes: Array.from({ length: 4001 }, (_, index) => 2 * index) }),
    {},
  ],
  ['unreachable', makeDeadLetter('dead', { ...SOURCE, topic: 'gone' }, UNDECODABLE, new Date()), {}],
] as const)('%s dead-letter records are put back as they were', async (outcome, deadLetter, parts) => {
  const { sent, putBack, tally } = await send(deadLetter, parts);
  expect(sent).toEqual([]);
  expect(putBack).toMatchObject([{ value: deadLetter.value }]);
  expect(tally).toEqual({ ...zeroDeadLetters(), [outcome]: 1 });
});
