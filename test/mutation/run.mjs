// Changes the riskiest code in one small way after the other ("mutants"), and runs the unit tests that reach the change:
// what none of them sees is printed, and the share that they do see, by file.
//
//   npm run mutation                                 all files of scope.mjs
//   npm run mutation -- src/stream/rewind.ts         only these files
//   npm run mutation -- src/stream/rewind.ts:31-35   only these lines
//
// Stryker, which does it, is a hundred packages that nothing else needs: they are installed here, by the first run.

import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { riskiestFiles } from './scope.mjs';

const FOLDER = 'test/mutation';
/** Of all files together, in percent, a little below what docs/reliability.md says: less fails. */
const SCORE_MIN = 92;

const files = process.argv.slice(2);
const missing = files.filter(file => !existsSync(file.replace(/:[\d:-]+$/, '')));
if (missing.length > 0) {
  console.error(`There is no ${missing.join(', ')}.`);
  process.exit(2);
}
// The tests need what the build makes, and find it in the copy that Stryker makes of this clone.
run(process.execPath, ['deploy/setup/setup.mjs', 'build']);
if (!isInstalled()) run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', FOLDER]);

const { Stryker } = await import('@stryker-mutator/core');
const mutants = await new Stryker({
  mutate: files.length > 0 ? files : riskiestFiles(),
  testRunner: 'vitest',
  vitest: { configFile: join(FOLDER, 'vitest.config.ts') },
  coverageAnalysis: 'perTest',
  // A mutant that is cut off counts as seen, so a busy machine must not be what cuts it off.
  timeoutMS: 30_000,
  timeoutFactor: 5,
  dryRunTimeoutMinutes: 20,
  thresholds: { high: 100, low: SCORE_MIN, break: files.length > 0 ? null : SCORE_MIN },
  reporters: ['clear-text', 'html', 'json', 'progress-append-only'],
  clearTextReporter: { reportTests: false, reportScoreTable: false },
  allowConsoleColors: process.stdout.isTTY === true,
  htmlReporter: { fileName: '.cache/mutation/report.html' },
  jsonReporter: { fileName: '.cache/mutation/report.json' },
  tempDirName: '.cache/mutation/copy',
  ignorePatterns: ['.cache', 'test/{bench,faults}'],
  // Stryker would rewrite the paths in it that lead out of the copy, by an API that TypeScript 7 no longer has; none does.
  tsconfigFile: 'none',
  disableTypeChecks: false,
}).runMutationTest();

for (const row of table(mutants)) process.stdout.write(`| ${row.join(' | ')} |\n`);

function run(program, args) {
  const { status } = spawnSync(program, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** npm writes its own lock file after everything else. */
function isInstalled() {
  const installed = join(FOLDER, 'node_modules/.package-lock.json');
  return (
    existsSync(installed) &&
    statSync(installed).mtimeMs >= statSync(join(FOLDER, 'package-lock.json')).mtimeMs
  );
}

/** For docs/reliability.md: a line per file, and one for all. A change that no test reaches is one that none sees. */
function table(all) {
  const files = [...new Set(all.map(({ fileName }) => relative('.', fileName)))].sort();
  const line = (name, isIn) => {
    const statuses = all.filter(isIn).map(({ status }) => status);
    const seen = statuses.filter(status => status === 'Killed' || status === 'Timeout').length;
    const unseen = statuses.filter(status => status === 'Survived' || status === 'NoCoverage').length;
    return [name, seen + unseen, unseen, `${((100 * seen) / (seen + unseen)).toFixed(1)} %`];
  };
  return [
    ['file', 'changes', 'not seen', 'seen'],
    ['---', '---:', '---:', '---:'],
    ...files.map(file => line(`\`${file}\``, ({ fileName }) => relative('.', fileName) === file)),
    line('all', () => true),
  ];
}
