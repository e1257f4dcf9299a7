import { expect, test } from 'vitest';
import { reads } from '../../../src/config/input-topic.js';
import { type Input, inputFinder, subscriptionOf } from '../../../src/config/inputs.js';

const input = (topic: string, signal: Input['signal'] = 'traces'): Input => ({
  topic,
  signal,
  encoding: 'auto',
  framing: 'auto',
});

test('a name is subscribed to as it is, a pattern as a pattern', () => {
  const inputs = [input('otlp.spans'), input('^eu-|^us-')];
  const subscription = (group_protocol: 'classic' | 'consumer') =>
    subscriptionOf({ inputs, consumer: { group_protocol } });

  expect(subscription('classic')).toEqual(['otlp.spans', /^(eu-|^us-)/]);
  expect(subscription('consumer')).toEqual(['otlp.spans', /^(eu-|^us-).*/]);
});

test.each([
  ['^a|b', ['a', 'ab', 'b', 'b-spans'], ['xb', 'x-a']],
  ['^a$|b$', ['a', 'b'], ['ab', 'xb', 'b-spans']],
  ['^eu-|^us-', ['eu-1', 'us-1'], ['x-us-1']],
])('the pattern %s reads names that begin with what it describes', (pattern, read, notRead) => {
  for (const topic of read) expect(reads(pattern, topic), topic).toBe(true);
  for (const topic of notRead) expect(reads(pattern, topic), topic).toBe(false);
});

test('a topic belongs to the input that names it, also when a pattern before it matches', () => {
  const inputOf = inputFinder([input('^eu-.*', 'logs'), input('eu-spans', 'traces')]);

  expect(inputOf('eu-spans').signal).toBe('traces');
  expect(inputOf('eu-logs').signal).toBe('logs');
});

test('of several patterns that match, the first counts', () => {
  const inputOf = inputFinder([input('^eu-metrics', 'metrics'), input('^eu-', 'logs')]);

  expect(inputOf('eu-metrics-1').signal).toBe('metrics');
  expect(inputOf('eu-spans').signal).toBe('logs');
});

test('a name is no pattern: its dots stand for dots', () => {
  const inputOf = inputFinder([input('a.b', 'logs')]);

  expect(inputOf('a.b').signal).toBe('logs');
  expect(() => inputOf('axb')).toThrow('axb, which is no configured input');
});

test('asked again, the answer is the same', () => {
  const inputOf = inputFinder([input('^eu-', 'logs')]);
  expect(inputOf('eu-1')).toBe(inputOf('eu-1'));
});
