import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { libraryExamples, needsKafka } from '../support/library-examples.js';

const project = mkdtempSync(join(tmpdir(), 'otelrows-project-'));
afterAll(() => rmSync(project, { recursive: true, force: true }));

/** The package, and its files by paths from its root. */
function pack(): { tarball: string; files: string[] } {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', project];
  const { stdout, stderr } = spawnSync('npm', args, { encoding: 'utf8' });
  const [packed] = JSON.parse(stdout || `"${stderr}"`) as { filename: string; files: { path: string }[] }[];
  return { tarball: packed?.filename ?? '', files: (packed?.files ?? []).map(({ path }) => path) };
}

const { tarball, files } = pack();
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
  const started = [bin.otelrows, exports['.'].types, exports['.'].default, 'dist/kernel/kernel.wasm'];
  const page = ['icon.svg', 'live.mjs', 'style.css'].map(name => `dist/http/page/${name}`);
  for (const path of [...started, ...page]) expect(isPacked, path).toContain(normalize(path));
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

describe('in an empty project', () => {
  const examples = libraryExamples();

  /** What a command prints that runs in the project. */
  function run(command: string, args: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync(command, args, { cwd: project, encoding: 'utf8' });
    expect(status, `${command} ${args.join(' ')}\n${stdout}${stderr}`).toBe(0);
    return stdout;
  }

  /** Installs the package as npm does: unpacked, with its dependencies beside it, and no others. */
  beforeAll(() => {
    const installed = join(project, 'node_modules/otelrows');
    mkdirSync(installed, { recursive: true });
    run('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
    const { dependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    for (const name of [...Object.keys(dependencies), '@types/node']) {
      const beside = join(project, 'node_modules', name);
      mkdirSync(dirname(beside), { recursive: true });
      symlinkSync(resolve('node_modules', name), beside);
    }
    const compilerOptions = {
      target: 'es2022',
      module: 'nodenext',
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noPropertyAccessFromIndexSignature: true,
      skipLibCheck: false,
      types: ['node'],
      outDir: 'out',
    };
    writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
    for (const [name, source] of examples) writeFileSync(join(project, name), source);
    run(process.execPath, [resolve('node_modules/typescript/bin/tsc')]);
  }, 120_000);

  test('every example of docs/library.md compiles strictly against the package', () => {
    const compiled = readdirSync(join(project, 'out'));
    expect(compiled.sort()).toEqual([...examples.keys()].map(name => name.replace(/ts$/, 'js')).sort());
    expect(compiled.length).toBeGreaterThan(5);
  });

  test('those that need no Kafka print what they should', () => {
    const printed: Record<string, RegExp> = {
      'rows.ts': /^GET \/users 0n 0\nmalformed resourceSpans\[0\]\n$/,
      'messages.ts': /^2 0\nrows null \d+\nrows null \d+\n2\n$/,
      'blocks.ts': /^a null\nb null\na\nb\n$/,
      'tables.ts': /\nBody String: Body, as text\n[\s\S]*\n\d+ statements to be run in this order\n$/,
    };
    const runnable = [...examples].filter(([, source]) => !needsKafka(source)).map(([name]) => name);
    expect(runnable.sort()).toEqual(Object.keys(printed).sort());
    const imports = runnable.map(
      name => `await import('./out/${name.replace(/ts$/, 'js')}'); console.log('end of ${name}');`,
    );
    let output = run(process.execPath, ['--input-type=module', '--eval', imports.join('\n')]);
    for (const name of runnable) {
      const [own = '', ...others] = output.split(`end of ${name}\n`);
      expect(own, name).toMatch(printed[name] ?? /^$/);
      output = others.join('');
    }
  });

  test('nothing but what is exported can be imported', () => {
    const program = "import('otelrows/dist/stream/worker.js').catch(error => console.log(error.code))";
    expect(run(process.execPath, ['--eval', program]).trim()).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });

  test('every entry has its types', () => {
    const { exports, types, main } = JSON.parse(readFileSync('package.json', 'utf8'));
    const { './package.json': own, ...entries } = exports as Record<string, object>;
    expect(own).toBe('./package.json');
    for (const entry of Object.values(entries))
      expect(Object.keys(entry), 'the first that fits is taken').toEqual(['types', 'default']);
    // For compilers that know no `exports`.
    expect(entries['.']).toEqual({ types, default: main });
  });
});
