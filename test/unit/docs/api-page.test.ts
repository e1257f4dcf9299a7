import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { renderApiPage } from '../../../src/docs/api-page.js';

const index = readFileSync(new URL('../../../src/index.ts', import.meta.url), 'utf8');

test('docs/api.md is what "npm run docs" writes, and has every export of the library with what it is', () => {
  const page = readFileSync(new URL('../../../docs/api.md', import.meta.url), 'utf8');
  const names = [...index.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, names = '']) =>
    names.split(',').map(name => name.trim().replace(/^type /, '')),
  );
  expect(names.length).toBeGreaterThan(50);
  for (const name of names.filter(name => name !== ''))
    expect(page).toMatch(new RegExp(`^### ${name}$`, 'm'));
  expect(page).not.toMatch(/^\| \[.*\]\(#\w+\) \|\s*\|$/m);
  expect(page).toBe(renderApiPage());
});
