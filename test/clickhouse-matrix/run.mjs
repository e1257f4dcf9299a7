// Sends the golden corpus through every version of ClickHouse that can be had, and prints what held as a table for
// docs/clickhouse.md:
//
//   npm run clickhouse-matrix              all versions
//   npm run clickhouse-matrix -- 26.7 26.9 only these

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const REQUIREMENTS = 'deploy/setup/clickhouse';
const TESTS = [
  'stored-rows.clickhouse',
  'time-forms.clickhouse',
  'printed-schema.clickhouse',
  'clickhouse-versions.kafka',
];
/** What the package is called that has the newest versions. */
const NEWEST_PACKAGE = 'chdb-core';

const known = readdirSync(REQUIREMENTS)
  .map(file => file.replace(/\.txt$/, ''))
  .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
const asked = process.argv.slice(2);
const unknown = asked.filter(version => !known.includes(version));
if (unknown.length > 0) {
  console.error(`No ${unknown.join(', ')} in ${REQUIREMENTS}; there are ${known.join(', ')}.`);
  process.exit(2);
}
const versions = asked.length > 0 ? asked : known;

const setup = spawnSync(process.execPath, ['deploy/setup/setup.mjs', 'matrix'], { stdio: 'inherit' });
if (setup.status !== 0) process.exit(1);

const folder = mkdtempSync(join(tmpdir(), 'otelrows-matrix-'));
const report = join(folder, 'report.json');
const vitest = spawnSync(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    ...['clickhouse', 'kafka'].map(project => `--project=${project}`),
    ...['default', 'json'].map(reporter => `--reporter=${reporter}`),
    `--outputFile.json=${report}`,
    ...TESTS.map(name => `test/integration/${name}.test.ts`),
  ],
  { stdio: 'inherit', env: { ...process.env, OTELROWS_TEST_CLICKHOUSES: versions.join() } },
);
const results = JSON.parse(readFileSync(report, 'utf8')).testResults.flatMap(file => file.assertionResults);
rmSync(folder, { recursive: true });

console.log(`\n${table(results)}\n`);
tellOfNewer();
process.exit(vitest.status ?? 1);

/** A row per version, with a column for each promise: a tick when all of its tests passed. */
function table(all) {
  const promises = {
    'every row through the printed tables': 'through the printed tables of',
    'every instant': 'stores any instant',
    'every row since 1970 by `INSERT`': 'by INSERT',
    'forms of times as above': 'reads each form',
    '`text`, `rfc3339`': 'reads times as text',
    'glassflow rows': 'in glassflow format',
    'statements, retention': /runs every statement|keeps rows for/,
    'from Kafka': 'from Kafka',
  };
  const cells = version =>
    Object.values(promises).map(promise => {
      const tests = all.filter(
        ({ fullName }) =>
          fullName.includes(`ClickHouse ${version} `) &&
          (promise instanceof RegExp ? promise.test(fullName) : fullName.includes(promise)),
      );
      const passed = tests.filter(({ status }) => status === 'passed');
      if (tests.length === 0) return 'not tested';
      return passed.length === tests.length ? '✓' : `${passed.length} of ${tests.length}`;
    });
  return [
    ['ClickHouse', 'package', ...Object.keys(promises)],
    Array.from({ length: 2 + Object.keys(promises).length }, () => '---'),
    ...versions.map(version => [version, `\`${packageOf(version)}\``, ...cells(version)]),
  ]
    .map(row => `| ${row.join(' | ')} |`)
    .join('\n');
}

function packageOf(version) {
  return readFileSync(join(REQUIREMENTS, `${version}.txt`), 'utf8').split(' ')[0];
}

/** Asks the registry, by pip, and decides nothing: that there is a newer ClickHouse is no failure of ours. */
function tellOfNewer() {
  const python = process.env.OTELROWS_PYTHON ?? 'python3';
  const asking = spawnSync(python, ['-m', 'pip', 'index', 'versions', NEWEST_PACKAGE], { encoding: 'utf8' });
  const newest = new RegExp(`^${NEWEST_PACKAGE} \\((.+)\\)`).exec(asking.stdout ?? '')?.[1];
  const pinned = packageOf(known.at(-1));
  if (newest === undefined) console.log(`The registry could not be asked for a newer ${NEWEST_PACKAGE}.`);
  else if (pinned === `${NEWEST_PACKAGE}==${newest}`) console.log(`${pinned} is the newest that there is.`);
  else
    console.log(
      `NEWER: ${NEWEST_PACKAGE} ${newest} (tested: ${pinned}). docs/clickhouse.md says how to add it.`,
    );
}
