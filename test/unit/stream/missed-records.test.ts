import { expect, test } from 'vitest';
import { missedRecords } from '../../../src/stream/missed-records.js';
import { record } from '../../support/scripted-kafka.js';

const RECORDS = [record(0, 100), record(0, 101)];

function missed({ nextOffset, logStart }: { nextOffset: number | undefined; logStart: number | null }) {
  return missedRecords(
    { watermarks: () => (logStart === null ? null : { low: logStart, high: 200 }) },
    { nextOffset: () => nextOffset },
    RECORDS,
  );
}

test('what was deleted between the committed offset and the records was missed', () => {
  expect(missed({ nextOffset: 40, logStart: 100 })).toEqual([
    { topic: 'in', partition: 0, from: 40, to: 100 },
  ]);
});

test('with auto_offset_reset latest, what was passed over was missed as well', () => {
  expect(missed({ nextOffset: 40, logStart: 60 })).toEqual([
    { topic: 'in', partition: 0, from: 40, to: 100 },
  ]);
});

test.each([
  ['records that follow on the last ones', { nextOffset: 100, logStart: 0 }],
  ['a gap in a log that begins before it: markers, or compaction', { nextOffset: 40, logStart: 40 }],
  ['a new group, which begins where the log does', { nextOffset: 0, logStart: 100 }],
  ['a partition of which nothing is known yet', { nextOffset: undefined, logStart: 100 }],
  ['a log whose start is not known', { nextOffset: 40, logStart: null }],
])('nothing was missed: %s', (_, known) => {
  expect(missed(known)).toEqual([]);
});
