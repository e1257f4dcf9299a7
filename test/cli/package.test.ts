import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

/** What `npm pack` would put into the package, by paths from its root. */
function packedFiles(): string[] {
  const { stdout, stderr } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    encoding: 'utf8',
  });
  const [packed] = JSON.parse(stdout || `"${stderr}"`) as { files: { path: string }[] }[];
  return (packed?.files ?? []).map(({ path }) => path);
}

const files = packedFiles();
const isPacked = new Set(files);

test('the package holds what it needs, and nothing else', () => {
  const folders = (path: string) => /^(dist|src|docs|config|proto)\//.exec(path)?.[0] ?? path;
  expect([...new Set(files.map(folders))].sort()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'config/',
    'dist/',
    'docs/',
    'package.json',
    'proto/',
    'src/',
    'test/bench/README.md',
    'test/faults/README.md',
    'test/golden/README.md',
  ]);
  const { bin, exports } = JSON.parse(readFileSync('package.json', 'utf8'));
  for (const path of [bin.otelrows, exports['.'].types, exports['.'].default, 'dist/kernel/kernel.wasm'])
    expect(isPacked, path).toContain(normalize(path));
});

test('everything compiled in the package has its source there', () => {
  const compiled = files.filter(path => path.startsWith('dist/') && path.endsWith('.js'));
  expect(compiled.length).toBeGreaterThan(100);
  for (const path of compiled) {
    const source = path.replace(/^dist/, 'src').replace(/\.js$/, '.ts');
    expect(isPacked, `${source}, of ${path}`).toContain(source);
    expect(isPacked).toContain(path.replace(/\.js$/, '.d.ts'));
  }
});

test('source maps lead to files of the package', () => {
  const maps = files.filter(path => path.endsWith('.map'));
  expect(maps.length).toBeGreaterThan(100);
  for (const path of maps) {
    const { sources, sourceRoot = '' } = JSON.parse(readFileSync(path, 'utf8'));
    for (const source of sources) expect(isPacked, path).toContain(join(dirname(path), sourceRoot, source));
  }
  for (const path of files.filter(path => path.endsWith('.js'))) {
    const map = /^\/\/# sourceMappingURL=(.*)$/m.exec(readFileSync(path, 'utf8'))?.[1];
    if (map !== undefined) expect(isPacked, path).toContain(join(dirname(path), map));
  }
});

/** As GitHub makes anchors of headings. */
function anchorsOf(page: string): string[] {
  return [...readFileSync(page, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test('links between its pages lead to files and headings of the package', () => {
  const pages = files.filter(path => path.endsWith('.md'));
  expect(pages.length).toBeGreaterThan(10);
  const broken: string[] = [];
  for (const page of pages) {
    for (const [, link = ''] of readFileSync(page, 'utf8').matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(link)) continue;
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : join(dirname(page), path);
      const there = isPacked.has(target) && existsSync(target);
      if (!there || (anchor !== undefined && !anchorsOf(target).includes(anchor)))
        broken.push(`${page}: ${link}`);
    }
  }
  expect(broken).toEqual([]);
});

test('its README has the line that installs it where no prebuilt client can be downloaded', () => {
  const readme = readFileSync('README.md', 'utf8');
  expect(readme).toContain(`apt-get install -y ${aptPackages()}`);
  expect(readme).toContain('CKJS_LINKING=dynamic npm install --global');
});

/** What the set-up installs for the same purpose. */
function aptPackages(): string {
  const setup = readFileSync('deploy/setup/kafka-client.mjs', 'utf8');
  return /'apt-get':\s*'([^']+)'/.exec(setup)?.[1] ?? 'no apt-get packages in the set-up';
}
