import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const guide = readFileSync('src/README.md', 'utf8');
const folders = readdirSync('src', { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .map(({ name }) => name);

test('every path that src/README.md names is there', () => {
  const named = [...guide.matchAll(/`([a-z-]+\/[\w./-]*)`/g)].map(([, path = '']) => path);
  const paths = named.filter(path => !path.startsWith('dist/'));
  expect(paths.length).toBeGreaterThan(50);
  // The first table names folders by what they are called within their own.
  const isThere = (path: string) =>
    existsSync(`src/${path}`) ||
    ['transform', 'kernel', 'kafka'].some(folder => existsSync(`src/${folder}/${path}`));
  expect(paths.filter(path => !isThere(path))).toEqual([]);
});

test('src/README.md names every folder of src', () => {
  expect(folders.filter(folder => !guide.includes(`| \`${folder}/\` |`))).toEqual([]);
});

test('the linter knows what each folder of src may import', () => {
  const { overrides }: { overrides: { includes: string[]; linter: { rules: { style?: object } } }[] } =
    JSON.parse(readFileSync('biome.json', 'utf8'));
  const held = overrides
    .filter(({ linter }) => Object.hasOwn(linter.rules.style ?? {}, 'noRestrictedImports'))
    .flatMap(({ includes }) => includes);
  // What `npm run docs` writes stands above all that it prints, and nobody imports it.
  const above = ['docs'];
  expect(folders.filter(folder => !above.includes(folder) && !held.includes(`src/${folder}/**`))).toEqual([]);
});
