import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { deadLetterReasons } from '../../src/dead-letter-reasons.js';
import { withReasonTable } from '../../src/docs/reason-table.js';

const page = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

it('docs/dead-letters.md has every reason, as "npm run docs" writes them', () => {
  const deadLetters = page('dead-letters.md');
  expect(deadLetters).toBe(withReasonTable(deadLetters));
  const told = [...deadLetters.matchAll(/^\| `(\w+)` \|/gm)].map(([, reason]) => reason);
  expect(told).toEqual(deadLetterReasons);
});

it('docs/metrics.md names every value of the label', () => {
  for (const reason of deadLetterReasons) expect(page('metrics.md')).toContain(`\`${reason}\``);
});

it('a page without a place for the table is refused', () => {
  expect(() => withReasonTable('# Dead letters\n')).toThrow('no place');
});
