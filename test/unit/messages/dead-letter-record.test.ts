import { describe, expect, test } from 'vitest';
import type { InputRecord } from '../../../src/kafka/ports.js';
import {
  makeDeadLetter,
  type Problem,
  withoutContent,
  withoutValue,
} from '../../../src/messages/dead-letter.js';
import {
  type DeadLetterRecord,
  deadLetterOf,
  isBefore,
  matches,
  otherRecord,
  sourceRecord,
} from '../../../src/messages/dead-letter-record.js';
import { record } from '../../support/scripted-kafka.js';

const TIME = new Date('2026-11-20T08:00:00Z');
const PROBLEM: Problem = { stage: 'decode', reason: 'malformed', errorClass: 'PoisonRecord', message: 'bad' };
const SOURCE = record(3, 41, {
  key: Buffer.from('key 1'),
  value: Buffer.from('123'),
  headers: [{ key: 'origin', value: Buffer.from('edge-7') }],
});

/** The dead letter of a record as it would be read back. */
function lettered(source = SOURCE, problem = PROBLEM) {
  return { ...record(0, 7), ...makeDeadLetter('dead', source, problem, TIME), topic: 'dead' };
}

test('a dead-letter record is taken apart into what it is about and why', () => {
  expect(deadLetterOf(lettered())).toMatchObject({
    source: { topic: 'in', partition: 3, offset: 41 },
    headers: SOURCE.headers,
    stage: 'decode',
    reason: 'malformed',
    message: 'bad',
    time: TIME.toISOString(),
    attempts: 1,
    items: null,
    leftOut: null,
  });
});

test('the record that is refused again has its own headers, and each dead-letter record counts one more attempt', () => {
  let deadLetter = deadLetterOf(lettered());
  for (const attempts of [2, 3]) {
    if (!deadLetter) throw new Error('no dead-letter record');
    deadLetter = deadLetterOf(lettered(sourceRecord(deadLetter)));
    expect(deadLetter).toMatchObject({ attempts, headers: SOURCE.headers, source: { offset: 41 } });
  }
});

test('a record that came from another dead-letter topic keeps the headers of that', () => {
  const before = lettered(record(9, 1)).headers;
  const deadLetter = deadLetterOf(lettered({ ...SOURCE, headers: before }));
  expect(deadLetter).toMatchObject({ headers: before, source: { partition: 3, offset: 41 } });
});

test('it tells whether all items are listed, and whether the value is there', () => {
  const scattered = Array.from({ length: 4001 }, (_, index) => 2 * index);
  expect(deadLetterOf(lettered(SOURCE, { ...PROBLEM, itemIndexes: [1, 5] }))).toMatchObject({
    items: [
      [1, 1],
      [5, 5],
    ],
    itemsListed: true,
  });
  expect(deadLetterOf(lettered(SOURCE, { ...PROBLEM, itemIndexes: scattered }))?.itemsListed).toBe(false);
  const deadLetter = withoutValue(makeDeadLetter('dead', SOURCE, PROBLEM, TIME));
  expect(deadLetterOf({ ...record(0, 7), ...deadLetter })?.leftOut).toMatchObject({
    valueBytes: 3,
    keyBytes: null,
  });
});

test('other messages are no dead-letter records', () => {
  expect(deadLetterOf(SOURCE)).toBeNull();
});

const named = (headers: Record<string, string>) =>
  Object.entries(headers).map(([key, value]) => ({ key, value: Buffer.from(value) }));
const KIP_1034 = named({
  '__streams.errors.exception': 'org.apache.kafka.common.errors.SerializationException',
  '__streams.errors.message': 'no such schema',
  '__streams.errors.topic': 'in',
  '__streams.errors.partition': '3',
  '__streams.errors.offset': '41',
});
const OURS = named({ 'otelrows.dead_letter.reason': 'malformed' });

test('dead letters of Kafka Streams are none of ours, also of a record that had been one of ours', () => {
  expect(deadLetterOf({ ...SOURCE, headers: KIP_1034 })).toBeNull();
  expect(deadLetterOf({ ...SOURCE, headers: [...lettered().headers, ...KIP_1034] })).toBeNull();
  // And the other way round: a record of ours that came with such headers.
  expect(deadLetterOf(lettered({ ...SOURCE, headers: KIP_1034 }))?.headers).toEqual(KIP_1034);
});

test.each(['', ' 3', '3.0', '-1', '1e3', '9007199254740993'])('a partition of "%s" names no record', text => {
  const place = named({
    '__streams.errors.topic': 'in',
    '__streams.errors.partition': text,
    '__streams.errors.offset': '41',
  });
  expect(deadLetterOf({ ...SOURCE, headers: [...place, ...OURS] })).toBeNull();
});

describe('what stands where the record of a dead-letter record without value stood', () => {
  const withoutIts = (what: 'value' | 'content') => {
    const whole = makeDeadLetter('dead', SOURCE, PROBLEM, TIME);
    const short = what === 'value' ? withoutValue(whole) : withoutContent(whole, SOURCE);
    const deadLetter = deadLetterOf({ ...record(0, 7), ...short });
    if (!deadLetter) throw new Error('no dead-letter record');
    return deadLetter;
  };

  test.each<[string, Partial<InputRecord>, 'value' | 'content', string | null]>([
    ['the record', {}, 'value', null],
    ['the record', {}, 'content', null],
    ['the same at another time', { timestampMs: 5 }, 'value', null],
    ['a longer value', { value: Buffer.from('longer') }, 'value', 'its value has 6 bytes, not 3'],
    ['no value', { value: null }, 'value', 'its value has 0 bytes, not 3'],
    ['a value of the same length', { value: Buffer.from('abc') }, 'value', 'its value has other bytes'],
    ['a value of the same length', { value: Buffer.from('abc') }, 'content', 'its value has other bytes'],
    ['another key', { key: Buffer.from('k') }, 'value', 'it has another key'],
    ['no key', { key: null }, 'value', 'it has another key'],
    ['a longer key', { key: Buffer.from('longer') }, 'content', 'its key has 6 bytes, not 5'],
    ['the same bytes elsewhere in memory', { key: Buffer.from('key 1') }, 'value', null],
    ['no key', { key: null }, 'content', 'its key has 0 bytes, not 5'],
    ['no headers', { headers: [] }, 'value', 'it has other headers'],
    [
      'one header more',
      { headers: [...SOURCE.headers, ...named({ a: 'b' })] },
      'value',
      'it has other headers',
    ],
    ['another name of a header', { headers: named({ source: 'edge-7' }) }, 'value', 'it has other headers'],
    ['other headers', { headers: named({ origin: 'edge-8' }) }, 'value', 'it has other headers'],
  ])('%s: %o', (_, change, leftOut, difference) => {
    expect(otherRecord(withoutIts(leftOut), { ...SOURCE, ...change })).toBe(difference);
  });

  test('a key where there was none', () => {
    const keyless = { ...SOURCE, key: null };
    const short = withoutValue(makeDeadLetter('dead', keyless, PROBLEM, TIME));
    const deadLetter = deadLetterOf({ ...record(0, 7), ...short }) as DeadLetterRecord;
    expect(otherRecord(deadLetter, keyless)).toBeNull();
    expect(otherRecord(deadLetter, SOURCE)).toBe('it has another key');
  });

  test('dead-letter records of before there was a digest go by the length', () => {
    const deadLetter = withoutIts('value');
    const old = {
      ...deadLetter,
      leftOut: deadLetter.leftOut && { ...deadLetter.leftOut, valueDigest: null },
    };
    expect(otherRecord(old, { ...SOURCE, value: Buffer.from('abc') })).toBeNull();
    expect(otherRecord(old, { ...SOURCE, value: Buffer.from('ab') })).not.toBeNull();
  });
});

test.each([
  [{ reasons: [], topics: [] }, true],
  [{ reasons: ['malformed', 'x'], topics: ['in'] }, true],
  [{ reasons: ['x'], topics: [] }, false],
  [{ reasons: [], topics: ['other'] }, false],
  [{ reasons: [], topics: [], sinceMs: TIME.getTime() }, true],
  [{ reasons: [], topics: [], sinceMs: TIME.getTime() + 1 }, false],
])('the filter %j gives %s', (filter, meant) => {
  const deadLetter = deadLetterOf(lettered());
  expect(deadLetter && matches(deadLetter, filter)).toBe(meant);
});

test('one without a time that can be read is before no time, and after none', () => {
  const at = (time: string) => ({ ...(deadLetterOf(lettered()) as DeadLetterRecord), time });
  const since = (sinceMs?: number) => ({ reasons: [], topics: [], sinceMs });
  const ms = TIME.getTime();
  expect(isBefore(at(TIME.toISOString()), since(ms + 1))).toBe(true);
  expect(isBefore(at(TIME.toISOString()), since(ms))).toBe(false);
  expect(isBefore(at(TIME.toISOString()), since())).toBe(false);
  expect(isBefore(at('yesterday'), since(ms))).toBe(false);
  expect(matches(at('yesterday'), since(ms))).toBe(false);
});

test('what a dead-letter record does not say is empty', () => {
  const place = named({
    '__streams.errors.topic': 'in',
    '__streams.errors.partition': '3',
    '__streams.errors.offset': '41',
  });
  expect(deadLetterOf({ ...SOURCE, headers: [...place, ...OURS] })).toMatchObject({
    stage: '',
    reason: 'malformed',
    message: '',
    time: '',
    attempts: 1,
    items: null,
    itemsListed: true,
    leftOut: null,
  });
});

test('a record that was looked up is sent again with its own key, value and headers', () => {
  const short = withoutContent(makeDeadLetter('dead', SOURCE, PROBLEM, TIME), SOURCE);
  const deadLetter = deadLetterOf({ ...record(0, 7), ...short }) as DeadLetterRecord;
  expect(sourceRecord(deadLetter, { ...SOURCE, timestampMs: 5 })).toEqual({
    topic: 'in',
    partition: 3,
    offset: 41,
    key: SOURCE.key,
    value: SOURCE.value,
    timestampMs: 5,
    headers: [...SOURCE.headers, ...named({ 'otelrows.dead_letter.attempts': '1' })],
  });
});

test('one that counts items and lists none does not list them all', () => {
  const headers = lettered(SOURCE, { ...PROBLEM, itemIndexes: [1, 5] }).headers.filter(
    ({ key }) => key !== 'otelrows.dead_letter.item_indexes',
  );
  expect(deadLetterOf({ ...lettered(), headers })).toMatchObject({ items: [], itemsListed: false });
});
