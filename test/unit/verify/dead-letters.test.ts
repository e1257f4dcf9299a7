import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { InputRecord } from '../../../src/kafka/ports.js';
import { makeDeadLetter, type Problem, withoutContent } from '../../../src/messages/dead-letter.js';
import { DEAD_LETTER_HEADERS } from '../../../src/messages/dead-letter-headers.js';
import { collectDeadLetters, mayBeDead } from '../../../src/verify/dead-letters.js';

const record = (offset: number, headers: InputRecord['headers'] = []): InputRecord => ({
  topic: 'otlp_spans',
  partition: 2,
  offset,
  key: null,
  value: Buffer.from('bytes'),
  headers,
  timestampMs: null,
});

const WHOLE: Problem = { stage: 'decode', reason: 'malformed', errorClass: 'PoisonRecord', message: 'no' };
const items = (...itemIndexes: number[]): Problem => ({ ...WHOLE, stage: 'send', itemIndexes });

function deadLetterOf(of: InputRecord, problem: Problem): InputRecord {
  const deadLetter = makeDeadLetter('dead', of, problem, new Date(0));
  return { ...record(0), ...deadLetter, headers: deadLetter.headers, topic: 'dead', partition: 0 };
}

function collected(...deadLetters: InputRecord[]) {
  const all = collectDeadLetters(({ topic }) => topic === 'otlp_spans');
  for (const deadLetter of deadLetters) all.add(deadLetter);
  return all;
}

test('dead-letter records of whole records and of items, found by the record', () => {
  const deadLetters = collected(
    deadLetterOf(record(30), WHOLE),
    deadLetterOf(record(7), WHOLE),
    deadLetterOf(record(9), items(1, 4)),
    deadLetterOf({ ...record(9), topic: 'another' }, WHOLE),
    record(1),
  );
  expect(deadLetters.of(record(7))).toBe('all');
  expect(deadLetters.of(record(30))).toBe('all');
  expect(deadLetters.of(record(8))).toBeUndefined();
  expect([0, 1, 2, 3, 4, 5].filter(index => mayBeDead(deadLetters.of(record(9)), index))).toEqual([1, 4]);
  expect(deadLetters.counts).toEqual({ deadLetters: 3, repeated: 0, foreign: 1 });
  expect(deadLetters.unlistedItems).toBe(0);
});

test('a dead-letter record lists the first 4000 runs of neighbours only: any later item may be meant', () => {
  const deadLetters = collected(
    deadLetterOf(record(9), items(...Array.from({ length: 4200 }, (_, i) => 2 * i))),
  );
  const dead = deadLetters.of(record(9));
  expect(deadLetters.unlistedItems).toBe(200);
  expect([7997, 7998, 7999, 9000].map(index => mayBeDead(dead, index))).toEqual([false, true, true, true]);
});

test('long lists take little more memory than their text', () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const usedBytes = () => {
    collectGarbage();
    return getHeapStatistics().used_heap_size;
  };
  const deadLetter = deadLetterOf(record(9), items(...Array.from({ length: 4000 }, (_, i) => 2 * i)));
  const textBytes = deadLetter.headers.find(({ key }) => key === DEAD_LETTER_HEADERS.itemIndexes)?.value
    .length;
  const at = (offset: number): InputRecord => ({
    ...deadLetter,
    headers: deadLetter.headers.map(header =>
      header.key === DEAD_LETTER_HEADERS.offset ? { ...header, value: Buffer.from(`${offset}`) } : header,
    ),
  });

  const all = collectDeadLetters(() => true);
  const before = usedBytes();
  for (let offset = 0; offset < 300; offset += 1) all.add(at(offset));
  expect(usedBytes() - before).toBeLessThan(300 * ((textBytes ?? 0) + 2_000));
  expect(mayBeDead(all.of(record(299)), 7_998)).toBe(true);
});

test('a dead-letter record without content lists none', () => {
  const problem = items(0, 1);
  const deadLetter = withoutContent(makeDeadLetter('dead', record(9), problem, new Date(0)), record(9));
  const deadLetters = collected({ ...record(0), ...deadLetter, topic: 'dead' });
  expect(mayBeDead(deadLetters.of(record(9)), 77)).toBe(true);
  expect(deadLetters.unlistedItems).toBe(2);
});

test('dead letters that another program has written explain nothing', () => {
  const headers = ['topic=otlp_spans', 'partition=2', 'offset=9'].map(text => {
    const [name, value = ''] = text.split('=');
    return { key: `__streams.errors.${name}`, value: Buffer.from(value) };
  });
  const deadLetters = collected(record(0, headers));
  expect(deadLetters.of(record(9))).toBeUndefined();
  expect(deadLetters.counts).toEqual({ deadLetters: 0, repeated: 0, foreign: 1 });
});

test('headers of an earlier dead-letter record, which its record still has, mean nothing', () => {
  const before = deadLetterOf(record(3), items(1));
  const deadLetters = collected(deadLetterOf(record(40, before.headers), WHOLE));
  expect(deadLetters.of(record(40))).toBe('all');
  expect(deadLetters.of(record(3))).toBeUndefined();
});
