import { expect, test } from 'vitest';
import { checkOrder, readPosition } from '../../../../src/stream/replay/position.js';
import { readTime } from '../../../../src/stream/replay/time.js';
import { temporaryFiles } from '../../../support/temporary-files.js';

test.each([
  ['earliest', { kind: 'earliest' }],
  ['now', { kind: 'now' }],
  ['2026-11-20', { kind: 'time', ms: Date.UTC(2026, 10, 20) }],
  ['2026-11-20T08:30:00+01:00', { kind: 'time', ms: Date.UTC(2026, 10, 20, 7, 30) }],
  ['1795267125107', { kind: 'time', ms: 1795267125107 }],
  [
    'otlp_spans:0:12,otlp.logs:3:0',
    {
      kind: 'offsets',
      offsets: [
        { topic: 'otlp_spans', partition: 0, offset: 12 },
        { topic: 'otlp.logs', partition: 3, offset: 0 },
      ],
    },
  ],
])('%s is understood', (text, position) => {
  expect(readPosition(text, '--from')).toEqual(position);
});

const write = temporaryFiles();

test('a file has an offset on each line', () => {
  const file = write('offsets.txt', '# before the incident\notlp_spans:0:12\n\notlp_spans:1:7 # and this\n');
  expect(readPosition(file, '--from')).toEqual({
    kind: 'offsets',
    fromFile: true,
    offsets: [
      { topic: 'otlp_spans', partition: 0, offset: 12 },
      { topic: 'otlp_spans', partition: 1, offset: 7 },
    ],
  });
});

test.each([
  ['yesterday', '--from yesterday is not earliest, now, a time'],
  ['2026-13-45', 'there is no such time'],
  ['2026-02-30', 'there is no such time'],
  ['t:0:1,t:0:2', 't:0 is there twice'],
  ['t:0:1,t:x:2', '"t:x:2" is not topic:partition:offset'],
])('%s is refused', (text, problem) => {
  expect(() => readPosition(text, '--from')).toThrow(problem);
});

test.each([
  ['now', 'now', '--from now: a replay ends with what is there now'],
  ['earliest', 'earliest', '--to earliest: nothing comes before the beginning'],
  ['2026-11-20', '2026-11-19', '--to 2026-11-19T00:00:00.000Z is not after --from 2026-11-20T00:00:00.000Z'],
  ['2026-11-20', '2026-11-20', 'is not after --from'],
  ['t:0:5,t:1:5', 't:1:4', '--to t:1:4 is before --from, which is 5 there'],
])('a replay from %s to %s is refused', (from, to, problem) => {
  expect(() => checkOrder(readPosition(from, '--from'), readPosition(to, '--to'))).toThrow(problem);
});

test.each([
  ['earliest', 'now'],
  ['2026-11-20', '2026-11-20T00:00:01Z'],
  ['2026-11-20', 't:0:0'],
  ['t:0:5', 't:0:5'],
  ['t:0:5', 't:1:0'],
])('a replay from %s to %s may have records', (from, to) => {
  expect(() => checkOrder(readPosition(from, '--from'), readPosition(to, '--to'))).not.toThrow();
});

test.each([
  ['2026-11-20', Date.UTC(2026, 10, 20)],
  ['1795161600000', 1795161600000],
])('a time may be given as %s', (text, ms) => {
  expect(readTime(text, '--since')).toBe(ms);
});

test.each(['tomorrow', 'now', 'earliest', 't:0:1', '20.11.2026', '2026', ''])(
  '"%s" is no time, and the option is told what times look like',
  text => {
    expect(() => readTime(text, '--since')).toThrow(
      `--since ${text} is no time such as 2026-11-20T08:00:00Z`,
    );
  },
);
