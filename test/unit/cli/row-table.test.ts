import { expect, it } from 'vitest';
import { renderRowTable } from '../../../src/cli/convert/row-table.js';

const table = (json: string, key: string | null = null) =>
  renderRowTable({ topic: 'otel-logs', key: key === null ? null : Buffer.from(key) }, json);

it('shows a line for each column and each key of a map', () => {
  const row =
    '{"Body":"two\\nlines","Count":18446744073709551615,"Attributes":{"a":"1","b":""},"Events.Name":[]}';
  expect(table(row, 'checkout')).toBe(
    [
      '── otel-logs · key checkout '.padEnd(100, '─'),
      'Body         two',
      '             lines',
      'Count        18446744073709551615',
      'Attributes   a: 1',
      '             b:',
      'Events.Name  []',
      '',
    ].join('\n'),
  );
});

it('is never wider than 100 characters', () => {
  const lines = table(JSON.stringify({ Body: 'x'.repeat(500), Attributes: { long: 'ж'.repeat(300) } })).split(
    '\n',
  );
  expect(Math.max(...lines.map(line => [...line].length))).toBe(100);
  expect(lines.join('').match(/x/g)).toHaveLength(500);
});

it('shows what a terminal would act on', () => {
  const shown = table(JSON.stringify({ '\u001b[2J': 'a\u0007b\u202ec' }), '\u001b]0;title\u0007');
  expect(shown).toContain('\\u001b[2J  a\\u0007b\\u202ec');
  expect(shown).toContain('key \\u001b]0;title\\u0007');
});
