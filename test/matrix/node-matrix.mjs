// Runs what tests can tell of a version of Node under each that is supported: npm run node-matrix [-- VERSION…]
//
// Each version comes from npm (the package `node` brings the binary and the headers), and gets a copy of this clone with
// packages of its own, since the Kafka client's add-on is compiled for one version of Node's binary interface. The first run
// compiles it, 1 to 4 minutes each; `deploy/setup` keeps it for the next.

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';

const VERSIONS = ['20', '22', '24'];
const FOLDER = resolve('.cache/node-matrix');

const vitest = (...args) => ['node', 'node_modules/vitest/vitest.mjs', 'run', ...args];
const STEPS = {
  'set-up': ['node', 'deploy/setup/setup.mjs', 'test'],
  unit: vitest('--project', 'unit', '--exclude', 'test/property/**'),
  command: vitest('--project', 'cli'),
  worker: vitest(
    ...['--project', 'kafka'],
    ...['test/integration/worker.kafka.test.ts', 'test/integration/library.kafka.test.ts'],
  ),
};

const wanted = process.argv.slice(2);
const rows = (wanted.length > 0 ? wanted : VERSIONS).map(version => {
  const bin = installNode(version);
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
  const name = execFileSync(join(bin, 'node'), ['--version'], { encoding: 'utf8' }).trim();
  const clone = copyClone(version);
  const results = [];
  for (const [step, [program, ...args]] of Object.entries(STEPS)) {
    process.stdout.write(`\n=== Node ${name}: ${step}\n`);
    const { status } = spawnSync(program, args, { cwd: clone, env, stdio: 'inherit' });
    results.push(status === 0 ? 'ok' : `exit code ${status}`);
    // Nothing works without it.
    if (step === 'set-up' && status !== 0) break;
  }
  return [name, ...results];
});

const columns = ['Node', ...Object.keys(STEPS)];
for (const row of [columns, columns.map(() => '---'), ...rows])
  process.stdout.write(`| ${row.join(' | ')} |\n`);
if (rows.some(row => row.slice(1).some(result => result !== 'ok'))) process.exitCode = 1;

/** @returns the folder of its binary, which has its headers beside it. */
function installNode(version) {
  const folder = join(FOLDER, `node-${version}`);
  mkdirSync(folder, { recursive: true });
  const spec = `node@${version}`;
  execFileSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', folder, spec], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const platform = `node-${process.platform}-${process.arch}`;
  const found = [`node_modules/node/node_modules/${platform}`, `node_modules/${platform}`]
    .map(path => join(folder, path, 'bin'))
    .find(bin => existsSync(join(bin, 'node')));
  if (found === undefined) throw new Error(`npm has no Node ${version} for ${platform}`);
  return found;
}

/** The files that git knows, as they are now. */
function copyClone(version) {
  const clone = join(FOLDER, `clone-${version}`);
  const files = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' }).split('\0').filter(existsSync);
  for (const name of ['src', 'test', 'dist']) rmSync(join(clone, name), { recursive: true, force: true });
  for (const file of files) {
    mkdirSync(dirname(join(clone, file)), { recursive: true });
    cpSync(file, join(clone, file));
  }
  return clone;
}
