import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { InputRecord } from '../../../src/kafka/ports.js';
import { deadLetter, type Problem, withoutContent } from '../../../src/stream/dead-letter.js';
import { DEAD_LETTER_HEADERS } from '../../../src/stream/dead-letter-headers.js';
import { collectLetters, mayBeDead } from '../../../src/verify/letters.js';

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

function letterOf(of: InputRecord, problem: Problem): InputRecord {
  const letter = deadLetter('dead', of, problem, new Date(0));
  return { ...record(0), ...letter, headers: letter.headers, topic: 'dead', partition: 0 };
}

function collected(...letters: InputRecord[]) {
  const all = collectLetters(({ topic }) => topic === 'otlp_spans');
  for (const letter of letters) all.add(letter);
  return all;
}

test('letters of whole records and of items, found by the record', () => {
  const letters = collected(
    letterOf(record(30), WHOLE),
    letterOf(record(7), WHOLE),
    letterOf(record(9), items(1, 4)),
    letterOf({ ...record(9), topic: 'another' }, WHOLE),
    record(1),
  );
  expect(letters.of(record(7))).toBe('all');
  expect(letters.of(record(30))).toBe('all');
  expect(letters.of(record(8))).toBeUndefined();
  expect([0, 1, 2, 3, 4, 5].filter(index => mayBeDead(letters.of(record(9)), index))).toEqual([1, 4]);
  expect(letters.counts).toEqual({ letters: 3, repeated: 0, foreign: 1 });
  expect(letters.unlistedItems).toBe(0);
});

test('a letter lists the first 4000 runs of neighbours only: any later item may be meant', () => {
  const letters = collected(letterOf(record(9), items(...Array.from({ length: 4200 }, (_, i) => 2 * i))));
  const dead = letters.of(record(9));
  expect(letters.unlistedItems).toBe(200);
  expect([7997, 7998, 7999, 9000].map(index => mayBeDead(dead, index))).toEqual([false, true, true, true]);
});

test('long lists take little more memory than their text', () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const usedBytes = () => {
    collectGarbage();
    return getHeapStatistics().used_heap_size;
  };
  const letter = letterOf(record(9), items(...Array.from({ length: 4000 }, (_, i) => 2 * i)));
  const textBytes = letter.headers.find(({ key }) => key === DEAD_LETTER_HEADERS.itemIndexes)?.value.length;
  const at = (offset: number): InputRecord => ({
    ...letter,
    headers: letter.headers.map(header =>
      header.key === DEAD_LETTER_HEADERS.offset ? { ...header, value: Buffer.from(`${offset}`) } : header,
    ),
  });

  const all = collectLetters(() => true);
  const before = usedBytes();
  for (let offset = 0; offset < 300; offset += 1) all.add(at(offset));
  expect(usedBytes() - before).toBeLessThan(300 * ((textBytes ?? 0) + 2_000));
  expect(mayBeDead(all.of(record(299)), 7_998)).toBe(true);
});

test('a letter without content lists none', () => {
  const problem = items(0, 1);
  const letter = withoutContent(deadLetter('dead', record(9), problem, new Date(0)), record(9));
  const letters = collected({ ...record(0), ...letter, topic: 'dead' });
  expect(mayBeDead(letters.of(record(9)), 77)).toBe(true);
  expect(letters.unlistedItems).toBe(2);
});

test('dead letters that another program has written explain nothing', () => {
  const headers = ['topic=otlp_spans', 'partition=2', 'offset=9'].map(text => {
    const [name, value = ''] = text.split('=');
    return { key: `__streams.errors.${name}`, value: Buffer.from(value) };
  });
  const letters = collected(record(0, headers));
  expect(letters.of(record(9))).toBeUndefined();
  expect(letters.counts).toEqual({ letters: 0, repeated: 0, foreign: 1 });
});

test('headers of an earlier letter, which its record still has, mean nothing', () => {
  const before = letterOf(record(3), items(1));
  const letters = collected(letterOf(record(40, before.headers), WHOLE));
  expect(letters.of(record(40))).toBe('all');
  expect(letters.of(record(3))).toBeUndefined();
});
