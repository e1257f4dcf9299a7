import { expect, it } from 'vitest';
import { createTransform } from '../../../../src/create-transform.js';
import {
  durationMs,
  fingerprint,
  flatten,
  isSampled,
  redactText,
  severityOf,
  urlWithoutQuery,
} from '../../../../src/transform/functions/helpers.js';
import { keyedHash } from '../../../../src/transform/rules/keyed-hash.js';
import { allKindsOn } from '../../../support/all-kinds-on.js';

it('durations are milliseconds with fractions', () => {
  expect(durationMs(1_500_000n)).toBe(1.5);
});

it('a fingerprint is the MD5 of both ids', () => {
  expect(fingerprint('4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7')).toBe(
    'd0dd1714bc1df3cdd2d07343796c8e93',
  );
});

it('a trace is sampled as the rule decides', () => {
  const rate = 0.3;
  const traceIds = Array.from({ length: 200 }, (_, i) => (i + 1).toString(16).padStart(32, '0'));
  const spans = traceIds.map(traceId => ({ traceId, name: traceId }));
  const value = Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }));
  const rules = [{ name: 'sample', for: ['traces' as const], sample: { rate } }];
  const { messages } = createTransform(allKindsOn({ transform: { engine: 'auto', rules } }))(
    'traces',
    'otlp_json',
    value,
  );
  const kept = messages.map(({ value }) => JSON.parse(value.toString()).SpanName);
  expect(traceIds.filter(traceId => isSampled(traceId, rate))).toEqual(kept);
  expect(kept.length).toBeGreaterThan(30);
  expect(kept.length).toBeLessThan(90);
});

it('a hash is that of the rule redact, and depends on the key', () => {
  process.env['HELPERS_TEST_KEY'] = 'secret';
  const rule = {
    name: 'hash',
    redact: { keys: ['user'], with: 'hash' as const, hash_key_env: 'HELPERS_TEST_KEY' },
  };
  const attributes = [{ key: 'user', value: { stringValue: 'ann' } }];
  const value = Buffer.from(
    JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ attributes }] }] }] }),
  );
  const { messages } = createTransform(allKindsOn({ transform: { engine: 'auto', rules: [rule] } }))(
    'traces',
    'otlp_json',
    value,
  );
  expect(keyedHash('ann', 'secret')).toBe(JSON.parse(String(messages[0]?.value)).SpanAttributes.user);
  expect(keyedHash('ann', 'other')).not.toBe(keyedHash('ann', 'secret'));
});

it('what matches is redacted, or the first group of it', () => {
  expect(redactText('mail ann@example.com now', ['[a-z]+@[a-z.]+'])).toBe('mail *** now');
  expect(redactText('token=abc&x=1', ['token=([^&]*)'], '-')).toBe('token=-&x=1');
  expect(() => redactText('x', ['('])).toThrow();
});

it('what is nested is flat, in maps and in objects', () => {
  expect(flatten({ a: 1, b: { c: [2], d: new Map([['e', 3]]) } })).toEqual({ a: 1, 'b.c': [2], 'b.d.e': 3 });
});

it.each([
  ['warning', 13, 'WARN'],
  [' ERR ', 17, 'ERROR'],
  ['Information', 9, 'INFO'],
  ['CRITICAL', 21, 'FATAL'],
  ['debug', 5, 'DEBUG'],
  ['Trace', 1, 'TRACE'],
  ['7', 0, ''],
])('the severity of %s', (level, number, text) => {
  expect(severityOf(level)).toEqual({ number, text });
});

it('a URL without its query', () => {
  expect(urlWithoutQuery('https://x.test/a?b=c#d')).toBe('https://x.test/a');
  expect(urlWithoutQuery('/a')).toBe('/a');
});
