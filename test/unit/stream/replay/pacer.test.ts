import { expect, test } from 'vitest';
import { rowPacer } from '../../../../src/stream/replay/pacer.js';

test('no more rows are sent than the rate allows, however many a record makes', () => {
  let now = 0;
  const pacer = rowPacer(1000, () => now);
  const rowsPerRecord = 40;
  let rows = 0;
  while (now < 60_000) {
    const records = pacer.recordsAllowed(0);
    if (records === 0) {
      now += pacer.waitMs();
      continue;
    }
    now += 3; // a transaction takes its time
    rows += records * rowsPerRecord;
    pacer.sent(records, records * rowsPerRecord);
  }
  expect(rows).toBeLessThanOrEqual(60 * 1000 + 1000);
  expect(rows).toBeGreaterThan(58 * 1000);
});

test('records that wait to be sent count as sent', () => {
  const pacer = rowPacer(1000, () => 0);
  expect(pacer.recordsAllowed(0)).toBe(1);
  expect(pacer.recordsAllowed(1)).toBe(0);
});
