import { expect, test } from 'vitest';
import { parseCommand } from './command-line.js';
import type { Scenario } from './scenario.js';

function scenario(name: string): Scenario {
  return { name, title: name, counts: { published: 50, short: 2 }, unit: 'times', run: async () => {} };
}
const ALL = ['kill', 'storm-eager', 'storm-consumer', 'mixed'].map(scenario);

test('without arguments it is a short run of everything, with a seed that can be told', () => {
  const command = parseCommand([], ALL);
  expect(command.scenarios).toEqual(ALL);
  expect(command.countOf(scenario('kill'))).toBe(2);
  expect(command.seed).toBeGreaterThan(0);
  expect(command.encoding).toBe('json');
  expect(command.seedsOf(scenario('mixed'))).toEqual([command.seed]);
});

test('scenarios are named, also several by how they begin', () => {
  const { scenarios } = parseCommand(['storm', 'kill'], ALL);
  expect(scenarios.map(({ name }) => name)).toEqual(['storm-eager', 'storm-consumer', 'kill']);
});

test('the published run has the counts of the report, and several seeds of the mixture', () => {
  const command = parseCommand(['--published', '--seed', '7'], ALL);
  expect(command.countOf(scenario('kill'))).toBe(50);
  expect(command.seedsOf(scenario('kill'))).toEqual([7]);
  expect(command.seedsOf(scenario('mixed'))).toEqual([7, 8, 9, 10, 11]);
});

test.each([
  [['wind'], 'no scenario wind; there are kill, storm-eager'],
  [['--seed', 'x'], '--seed takes a whole number from 1, not x'],
  [['--encoding', 'xml'], '--encoding takes json, json_lines, native, not xml'],
  [['--count', '0'], '--count takes a whole number from 1, not 0'],
  [['--short', '--published'], 'give one of --count, --short and --published'],
])('%j is refused', (args, message) => {
  expect(() => parseCommand(args, ALL)).toThrow(message);
});
