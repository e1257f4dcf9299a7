import { expect, test } from 'vitest';
import { CASES, DEFAULT_CASES, GROUPS } from './cases.js';
import { parseKafkaBenchCommand } from './command-line.js';

const caseNames = (...args: string[]) => parseKafkaBenchCommand(args).cases.map(({ name }) => name);

test('takes cases by name and by group, each once', () => {
  expect(caseNames()).toEqual(DEFAULT_CASES);
  expect(caseNames('latency', 'spans', 'inputs').slice(0, 3)).toEqual(['latency', 'spans', 'spans-lines']);
  expect(caseNames('scale')).toContain('partitions-1200');
});

test('no group has the name of a case, which could not be asked for then', () => {
  expect(CASES.map(({ name }) => name).filter(name => name in GROUPS)).toEqual([]);
  expect(caseNames('native')).toEqual(['native']);
});

test('reads numbers as people write them', () => {
  const { itemCount, rounds, seconds, itemsPerSecond } = parseKafkaBenchCommand([
    '--items',
    '100_000',
    '--rounds',
    '3',
  ]);
  expect({ itemCount, rounds, seconds, itemsPerSecond }).toEqual({
    itemCount: 100_000,
    rounds: 3,
    seconds: null,
    itemsPerSecond: 20_000,
  });
});

test('says what is wrong', () => {
  expect(() => parseKafkaBenchCommand(['spens'])).toThrow(/no case is named spens; there are .*spans/);
  expect(() => parseKafkaBenchCommand(['--items', 'many'])).toThrow(
    '--items takes a whole number from 1, not many',
  );
  expect(() => parseKafkaBenchCommand(['--brokers', 'a:1', '--data-dir', 'x'])).toThrow(
    /one of --brokers and --data-dir/,
  );
});
