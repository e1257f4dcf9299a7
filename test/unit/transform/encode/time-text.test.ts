import { expect, it } from 'vitest';
import { blankSeparated, rfc3339, tenDigitSeconds } from '../../../../src/transform/encode/time-text.js';

it.each([
  [1760003312123456789n, '2025-10-09 09:48:32.123456789', '1760003312'],
  [0n, '1970-01-01 00:00:00.000000000', '0000000000'],
  [999_999_999n, '1970-01-01 00:00:00.999999999', '0000000000'],
  [1_000_000_001n, '1970-01-01 00:00:01.000000001', '0000000001'],
  [-1n, '1969-12-31 23:59:59.999999999', '4294967295'],
  [-(10n ** 9n), '1969-12-31 23:59:59.000000000', '4294967295'],
  [-(2n ** 63n), '1677-09-21 00:12:43.145224192', '3661529851'],
  [2n ** 63n - 1n, '2262-04-11 23:47:16.854775807', '0633437444'],
])('%d nanoseconds', (unixNano, text, seconds) => {
  expect(blankSeparated(unixNano)).toBe(text);
  expect(rfc3339(unixNano)).toBe(`${text.replace(' ', 'T')}Z`);
  expect(tenDigitSeconds(unixNano)).toBe(seconds);
});
