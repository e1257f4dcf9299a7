import { expect, test } from 'vitest';
import { readPosition } from '../../../../src/stream/replay/position.js';
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
  ['t:0:1,t:0:2', 't:0 is there twice'],
  ['t:0:1,t:x:2', '"t:x:2" is not topic:partition:offset'],
])('%s is refused', (text, problem) => {
  expect(() => readPosition(text, '--from')).toThrow(problem);
});
