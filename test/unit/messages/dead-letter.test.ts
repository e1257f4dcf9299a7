import { describe, expect, test } from 'vitest';
import {
  makeDeadLetter,
  type Problem,
  withoutContent,
  withoutValue,
} from '../../../src/messages/dead-letter.js';
import { record } from '../../support/scripted-kafka.js';

const TIME = new Date('2026-11-21T10:00:00.123Z');
const RECORD = record(3, 41, {
  key: Buffer.from([0xff, 0x00]),
  value: Buffer.from([0x0a, 0xff]),
  headers: [
    { key: 'origin', value: Buffer.from('edge-7') },
    { key: 'origin', value: Buffer.from([0xc3]) },
  ],
});
const UNDECODABLE: Problem = {
  stage: 'decode',
  reason: 'malformed',
  errorClass: 'PoisonRecord',
  message: 'größer (byte 7)',
};

/** As `sha256sum` has it. */
const VALUE_LEFT_OUT = [
  'otelrows.dead_letter.value_left_out_bytes=2',
  'otelrows.dead_letter.value_left_out_sha256=428f6d7e89a1b345221f88db8af74389653730f048724e0dabece69990d6b7be',
];

function texts(headers: readonly { key: string; value: Buffer }[]): string[] {
  return headers.map(({ key, value }) => `${key}=${value}`);
}

test('holds the record as it was, and after its headers what is wrong and where it was', () => {
  const deadLetter = makeDeadLetter('dead', RECORD, UNDECODABLE, TIME);

  expect(deadLetter).toMatchObject({ topic: 'dead', key: RECORD.key, value: RECORD.value });
  expect(deadLetter.headers.slice(0, 2)).toEqual(RECORD.headers);
  expect(texts(deadLetter.headers.slice(2))).toEqual([
    '__streams.errors.topic=in',
    '__streams.errors.partition=3',
    '__streams.errors.offset=41',
    '__streams.errors.exception=PoisonRecord',
    '__streams.errors.message=größer (byte 7)',
    'otelrows.dead_letter.stage=decode',
    'otelrows.dead_letter.reason=malformed',
    'otelrows.dead_letter.time=2026-11-21T10:00:00.123Z',
  ]);
});

describe('items that made no row', () => {
  const about = (itemIndexes: number[]): Problem => ({ ...UNDECODABLE, stage: 'send', itemIndexes });

  test('are counted and listed', () => {
    const { headers } = makeDeadLetter('dead', RECORD, about([0, 17]), TIME);
    expect(texts(headers).slice(-2)).toEqual([
      'otelrows.dead_letter.item_count=2',
      'otelrows.dead_letter.item_indexes=0,17',
    ]);
  });

  test('are listed in short when they are neighbours', () => {
    const many = Array.from({ length: 200_000 }, (_, index) => index);
    const { headers } = makeDeadLetter('dead', RECORD, about([...many, 300_000]), TIME);
    expect(texts(headers)).toContain('otelrows.dead_letter.item_count=200001');
    expect(String(headers.at(-1)?.value)).toBe('0-199999,300000');
  });

  test('are counted exactly, also when there are too many to list', () => {
    const scattered = Array.from({ length: 200_000 }, (_, index) => 2 * index);
    const { headers } = makeDeadLetter('dead', RECORD, about(scattered), TIME);
    expect(texts(headers)).toContain('otelrows.dead_letter.item_count=200000');
    expect(String(headers.at(-1)?.value).split(',')).toEqual(scattered.slice(0, 4000).map(String));
  });
});

test('without its value it says how many bytes that had, and which', () => {
  const deadLetter = makeDeadLetter('dead', RECORD, UNDECODABLE, TIME);
  const short = withoutValue(deadLetter);

  expect(short).toMatchObject({ topic: 'dead', key: RECORD.key, value: null });
  expect(short.headers.slice(0, -2)).toEqual(deadLetter.headers);
  expect(texts(short.headers).slice(-2)).toEqual(VALUE_LEFT_OUT);
});

test('without any content it still says where the record was, what is wrong, and what was left out', () => {
  const deadLetter = makeDeadLetter('dead', RECORD, { ...UNDECODABLE, itemIndexes: [4, 5] }, TIME);
  const bare = withoutContent(deadLetter, RECORD);

  expect(bare).toMatchObject({ topic: 'dead', key: null, value: null });
  const said = texts(bare.headers);
  expect(said).not.toContain('origin=edge-7');
  expect(said).toEqual(
    expect.arrayContaining(['__streams.errors.offset=41', 'otelrows.dead_letter.item_count=2']),
  );
  expect(said.slice(-4)).toEqual([
    ...VALUE_LEFT_OUT,
    'otelrows.dead_letter.key_left_out_bytes=2',
    'otelrows.dead_letter.headers_left_out=2',
  ]);
});

test('without its content it is small, whatever the message says', () => {
  const deadLetter = makeDeadLetter('dead', RECORD, { ...UNDECODABLE, message: 'é'.repeat(5000) }, TIME);
  const { headers } = withoutContent(deadLetter, RECORD);

  expect(headers.reduce((sum, { key, value }) => sum + key.length + value.length, 0)).toBeLessThan(800);
  expect(texts(headers)).toContainEqual(expect.stringMatching(/^__streams\.errors\.message=é+$/));
});
