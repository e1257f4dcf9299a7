import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const INSTALL = `npm install --global chdb@${devDependencies.chdb}`;

/** What `npm install --global otelrows` leaves: the package with what it depends on inside of it. */
function installGlobally(): { globalDir: string; packageDir: string } {
  const prefix = mkdtempSync(join(tmpdir(), 'otelrows-test-'));
  onTestFinished(() => rmSync(prefix, { recursive: true, force: true }));
  const globalDir = join(prefix, 'lib', 'node_modules');
  const packageDir = join(globalDir, 'otelrows');
  for (const part of ['dist', 'proto', 'package.json'])
    cpSync(part, join(packageDir, part), { recursive: true });
  mkdirSync(join(packageDir, 'node_modules'));
  for (const name of readdirSync('node_modules'))
    if (name !== 'chdb' && !name.startsWith('.')) link(name, join(packageDir, 'node_modules'));
  return { globalDir, packageDir };
}

function link(name: string, folder: string): void {
  symlinkSync(resolve('node_modules', name), join(folder, name));
}

test('the demo of a package says how to install what it does not come with, and finds it there', () => {
  const { globalDir, packageDir } = installGlobally();
  const { status, stderr } = spawnSync(process.execPath, [join(packageDir, 'dist', 'main.js'), 'demo'], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(INSTALL) });
  expect(readFileSync('README.md', 'utf8').replaceAll('\n', ' ')).toContain(INSTALL);

  // As that command does.
  link('chdb', globalDir);
  const module = join(packageDir, 'dist', 'demo', 'clickhouse', 'embedded-clickhouse.js');
  const program = `import { requireEmbeddedClickhouse } from ${JSON.stringify(module)}; requireEmbeddedClickhouse();`;
  expect(spawnSync(process.execPath, ['--input-type=module', '--eval', program]).status).toBe(0);
});
