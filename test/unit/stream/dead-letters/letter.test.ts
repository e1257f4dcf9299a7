import { expect, test } from 'vitest';
import { deadLetter, type Problem, withoutValue } from '../../../../src/stream/dead-letter.js';
import { letterOf, matches, sourceRecord } from '../../../../src/stream/dead-letters/letter.js';
import { record } from '../../../support/scripted-kafka.js';

const TIME = new Date('2026-11-20T08:00:00Z');
const PROBLEM: Problem = { stage: 'decode', reason: 'malformed', errorClass: 'PoisonRecord', message: 'bad' };
const SOURCE = record(3, 41, { headers: [{ key: 'origin', value: Buffer.from('edge-7') }] });

/** The dead letter of a record as it would be read back. */
function lettered(source = SOURCE, problem = PROBLEM) {
  return { ...record(0, 7), ...deadLetter('dead', source, problem, TIME), topic: 'dead' };
}

test('a letter is taken apart into what it is about and why', () => {
  expect(letterOf(lettered())).toMatchObject({
    source: { topic: 'in', partition: 3, offset: 41 },
    headers: SOURCE.headers,
    stage: 'decode',
    reason: 'malformed',
    message: 'bad',
    time: TIME.toISOString(),
    attempts: 1,
    items: null,
    complete: true,
  });
});

test('the record that is refused again has its own headers, and each letter counts one more attempt', () => {
  let letter = letterOf(lettered());
  for (const attempts of [2, 3]) {
    if (!letter) throw new Error('no letter');
    letter = letterOf(lettered(sourceRecord(letter)));
    expect(letter).toMatchObject({ attempts, headers: SOURCE.headers, source: { offset: 41 } });
  }
});

test('a record that came from another dead-letter topic keeps the headers of that', () => {
  const before = lettered(record(9, 1)).headers;
  const letter = letterOf(lettered({ ...SOURCE, headers: before }));
  expect(letter).toMatchObject({ headers: before, source: { partition: 3, offset: 41 } });
});

test('it tells whether all items are listed, and whether the value is there', () => {
  const scattered = Array.from({ length: 4001 }, (_, index) => 2 * index);
  expect(letterOf(lettered(SOURCE, { ...PROBLEM, itemIndexes: [1, 5] }))).toMatchObject({
    items: [
      [1, 1],
      [5, 5],
    ],
    itemsListed: true,
  });
  expect(letterOf(lettered(SOURCE, { ...PROBLEM, itemIndexes: scattered }))?.itemsListed).toBe(false);
  const letter = withoutValue(deadLetter('dead', SOURCE, PROBLEM, TIME));
  expect(letterOf({ ...record(0, 7), ...letter })?.complete).toBe(false);
});

test('other messages are no letters', () => {
  expect(letterOf(SOURCE)).toBeNull();
  const nowhere = { key: '__streams.errors.topic', value: Buffer.from('in') };
  expect(letterOf({ ...SOURCE, headers: [nowhere] })).toBeNull();
});

test.each([
  [{ reasons: [], topics: [] }, true],
  [{ reasons: ['malformed', 'x'], topics: ['in'] }, true],
  [{ reasons: ['x'], topics: [] }, false],
  [{ reasons: [], topics: ['other'] }, false],
  [{ reasons: [], topics: [], sinceMs: TIME.getTime() }, true],
  [{ reasons: [], topics: [], sinceMs: TIME.getTime() + 1 }, false],
])('the filter %j gives %s', (filter, meant) => {
  const letter = letterOf(lettered());
  expect(letter && matches(letter, filter)).toBe(meant);
});
