import { expect, test } from 'vitest';
import { parseClickhouseBenchCommand } from './command-line.js';

test('takes kinds and formats by name', () => {
  const { kinds, formats, rowCount, blockRows } = parseClickhouseBenchCommand([
    ...['--kind', 'logs', '--format', 'native-lc', '--rows', '1_000'],
  ]);
  expect({ kinds, formats, rowCount, blockRows }).toEqual({
    kinds: ['logs'],
    formats: [{ name: 'native-lc', encoding: 'native', dictionaries: 'all' }],
    rowCount: 1000,
    blockRows: null,
  });
});

test('says what is wrong', () => {
  expect(() => parseClickhouseBenchCommand(['--kind', 'spans'])).toThrow(
    'no kind of row is named spans; there are traces, logs, gauge, sum, histogram, exponential_histogram',
  );
  expect(() => parseClickhouseBenchCommand(['--format', 'avro'])).toThrow(
    /no format is named avro; there are json/,
  );
  expect(() => parseClickhouseBenchCommand(['--block-rows', '0'])).toThrow(
    '--block-rows takes a whole number',
  );
});
