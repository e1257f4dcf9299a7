import { describe, expect, test } from 'vitest';
import { HEADER_STYLES } from '../../../src/config/schema/outputs.js';
import { defaultConfig, listedSettings } from '../../../src/config/schema.js';
import type { InputRecord } from '../../../src/kafka/ports.js';
import {
  makeDeadLetter,
  type Problem,
  withoutContent,
  withoutValue,
} from '../../../src/messages/dead-letter.js';
import { deadLetterOf, otherRecord, sourceRecord } from '../../../src/messages/dead-letter-record.js';
import { styledHeaders } from '../../../src/messages/dead-letter-styles.js';
import { collectDeadLetters } from '../../../src/verify/dead-letters.js';
import { record } from '../../support/scripted-kafka.js';

const TIME = new Date('2026-11-20T08:00:00Z');
const PROBLEM: Problem = { stage: 'decode', reason: 'malformed', errorClass: 'PoisonRecord', message: 'bad' };
const SOURCE = record(3, 2 ** 40, {
  key: Buffer.from('key 1'),
  value: Buffer.from('123'),
  headers: [{ key: 'origin', value: Buffer.from('edge-7') }],
  timestampMs: 1_764_000_000_123,
});

const made = (styles: readonly string[], source: InputRecord = SOURCE, problem = PROBLEM) =>
  makeDeadLetter('dead', source, problem, TIME, styledHeaders(styles, 'otelrows')(source, problem));

/** The dead letter of a record as it would be read back. */
const lettered = (styles: readonly string[], source?: InputRecord, problem?: Problem): InputRecord => ({
  ...record(0, 7),
  ...made(styles, source, problem),
  topic: 'dead',
});

const shown = (headers: InputRecord['headers'], prefix: string) =>
  headers
    .filter(({ key }) => key.startsWith(prefix))
    .map(({ key, value }) => [
      key.slice(prefix.length),
      /[^\x20-\x7e]/.test(value.toString('latin1')) ? value.toString('hex') : value.toString(),
    ]);

describe('beside our own headers', () => {
  test('none are written unless they are chosen', () => {
    expect(defaultConfig().dead_letter.header_styles).toEqual([]);
    expect(made([]).headers).toHaveLength(9);
  });

  test('those of Kafka Connect are texts', () => {
    expect(shown(made(['kafka_connect']).headers, '__connect.errors.')).toEqual([
      ['topic', 'in'],
      ['partition', '3'],
      ['offset', '1099511627776'],
      ['connector.name', 'otelrows'],
      ['task.id', '0'],
      ['stage', 'VALUE_CONVERTER'],
      ['class.name', 'otelrows'],
      ['exception.class.name', 'PoisonRecord'],
      ['exception.message', 'bad'],
      ['exception.stacktrace', 'PoisonRecord: bad'],
    ]);
  });

  test('those of Spring Kafka have numbers in big-endian bytes', () => {
    expect(shown(made(['spring_kafka']).headers, 'kafka_dlt-')).toEqual([
      ['original-topic', 'in'],
      ['original-partition', '00000003'],
      ['original-offset', '0000010000000000'],
      ['original-timestamp', '0000019ab697e87b'],
      ['original-timestamp-type', 'CreateTime'],
      ['original-consumer-group', 'otelrows'],
      ['exception-fqcn', 'PoisonRecord'],
      ['exception-message', 'bad'],
      ['exception-stacktrace', 'PoisonRecord: bad'],
    ]);
  });

  test('a record without a timestamp has that of Kafka for none', () => {
    const { headers } = made(['spring_kafka'], { ...SOURCE, timestampMs: null });
    expect(shown(headers, 'kafka_dlt-original-timestamp')).toEqual([
      ['', 'ffffffffffffffff'],
      ['-type', 'NoTimestampType'],
    ]);
  });

  test('they come last, in the order in which they are chosen, once', () => {
    const plain = made([]).headers;
    const { headers } = made(['spring_kafka', 'kafka_connect', 'spring_kafka']);
    expect(headers.slice(0, plain.length)).toEqual(plain);
    const keys = headers.slice(plain.length).map(({ key }) => key.split(/[-.]/)[0]);
    expect([...new Set(keys)]).toEqual(['kafka_dlt', '__connect']);
    expect(headers).toHaveLength(plain.length + 9 + 10);
  });

  test('the setting takes the names of these, and no others', () => {
    const setting = listedSettings.find(({ path }) => path === 'dead_letter.header_styles')?.setting;
    expect(setting?.check([...HEADER_STYLES])).toEqual([]);
    expect(setting?.check(['nats'])[0]?.problem).toBe('must be one of kafka_connect, spring_kafka');
  });
});

describe.each([[['kafka_connect']], [['spring_kafka']], [[...HEADER_STYLES]]])('with %j', styles => {
  test('a dead letter is read as without them', () => {
    const problem = { ...PROBLEM, itemIndexes: [1, 5] };
    const { record: _, ...read } = deadLetterOf(lettered(styles, SOURCE, problem)) ?? {};
    const { record: __, ...plain } = deadLetterOf(lettered([], SOURCE, problem)) ?? {};
    expect(read).toEqual(plain);
    expect(read).toMatchObject({ source: { topic: 'in', offset: 2 ** 40 }, headers: SOURCE.headers });
  });

  test('a replayed record has its own headers, and refused again one attempt more', () => {
    let deadLetter = deadLetterOf(lettered(styles));
    for (const attempts of [2, 3]) {
      if (!deadLetter) throw new Error('no dead-letter record');
      const again = sourceRecord(deadLetter);
      expect(again.headers.map(({ key }) => key)).toEqual(['origin', 'otelrows.dead_letter.attempts']);
      deadLetter = deadLetterOf(lettered(styles, again));
      expect(deadLetter).toMatchObject({ attempts, headers: SOURCE.headers });
    }
  });

  test('a dead letter of a dead letter keeps the headers of that', () => {
    const before = lettered(styles, record(9, 1)).headers;
    const deadLetter = deadLetterOf(lettered(styles, { ...SOURCE, headers: before }));
    expect(deadLetter).toMatchObject({ headers: before, source: { partition: 3, offset: 2 ** 40 } });
  });

  test('one of Kafka Streams (KIP-1034) about one of ours is none of ours', () => {
    const theirs = ['exception', 'message', 'topic', 'partition', 'offset'].map(name => ({
      key: `__streams.errors.${name}`,
      value: Buffer.from('3'),
    }));
    const foreign = { ...SOURCE, headers: [...lettered(styles).headers, ...theirs] };
    expect(deadLetterOf(foreign)).toBeNull();
    const { add, counts } = collectDeadLetters(() => true);
    add(foreign);
    add(lettered(styles));
    expect(counts).toEqual({ deadLetters: 1, repeated: 0, foreign: 1 });
  });

  test('headers of these programs alone make no dead letter of ours', () => {
    const headers = styledHeaders(styles, 'otelrows')(SOURCE, PROBLEM);
    expect(deadLetterOf({ ...SOURCE, headers })).toBeNull();
  });

  test('without its value it is still known again', () => {
    const short = { ...record(0, 7), ...withoutValue(made(styles)) };
    const deadLetter = deadLetterOf(short);
    expect(deadLetter?.leftOut).toMatchObject({ valueBytes: 3 });
    expect(deadLetter && otherRecord(deadLetter, SOURCE)).toBeNull();
  });

  test('without its content it is small, whatever the message says', () => {
    const problem = { ...PROBLEM, message: 'é'.repeat(5000) };
    const bare = withoutContent(made(styles, SOURCE, problem), SOURCE);
    const bytes = bare.headers.reduce((sum, { key, value }) => sum + key.length + value.length, 0);
    expect(bytes).toBeLessThan(2500);
    expect(deadLetterOf({ ...record(0, 7), ...bare })).toMatchObject({
      source: { partition: 3 },
      leftOut: { keyBytes: 5 },
    });
  });
});
