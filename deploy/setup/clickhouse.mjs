import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { CACHE, ROOT } from './paths.mjs';
import { run, SetupFailed, step, works } from './progress.mjs';
import { installSystemPackages } from './system-packages.mjs';

/** One file per version, with the package of PyPI that holds it and the checksums of its wheels: what pip is given. */
const REQUIREMENTS = join(ROOT, 'deploy', 'setup', 'clickhouse');
export const PYTHON = process.env.OTELROWS_PYTHON ?? 'python3';
/** Written last: the Python and the wheel that a folder is for. */
const COMPLETE = 'complete';

/** The versions of ClickHouse that the tests know, oldest first. */
export const CLICKHOUSE_VERSIONS = readdirSync(REQUIREMENTS)
  .map(file => file.replace(/\.txt$/, ''))
  .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));

/**
 * Unpacks the embedded ClickHouse of each version, a module for Python, into the cache. Nothing is installed into Python.
 *
 * @throws SetupFailed when there is no Python, no pip, or no wheel for this machine.
 */
export async function installClickhouse(versions) {
  const python = await pythonTag();
  for (const version of versions) {
    if (isComplete(version, python)) continue;
    await installPip();
    await step(`ClickHouse ${version} (wheel, by pip)`, async () => unpack(version, await pythonTag()));
  }
}

/** `test/support/clickhouse-versions.ts` knows the same path. */
function folderOf(version) {
  return join(CACHE, 'clickhouse', version);
}

/** `cpython-311`; undefined when there is no Python. */
export async function pythonTag() {
  const ask = run(PYTHON, ['-c', 'import sys; print(sys.implementation.cache_tag)']);
  return ask.then(
    tag => tag.trim(),
    () => undefined,
  );
}

function isComplete(version, python) {
  const file = join(folderOf(version), COMPLETE);
  return python !== undefined && existsSync(file) && readFileSync(file, 'utf8') === noteOf(version, python);
}

function noteOf(version, python) {
  return `${python}\n${readFileSync(join(REQUIREMENTS, `${version}.txt`), 'utf8')}`;
}

/** @throws SetupFailed when pip is missing and cannot be installed. */
export async function installPip() {
  if (await works(PYTHON, ['-m', 'pip', '--version'])) return;
  await installSystemPackages('Python with pip, to fetch what the tests need', {
    'apt-get': ['python3', 'python3-pip'],
    dnf: ['python3', 'python3-pip'],
    apk: ['python3', 'py3-pip'],
    brew: ['python'],
  });
}

async function unpack(version, python) {
  mkdirSync(join(CACHE, 'clickhouse'), { recursive: true });
  const folder = mkdtempSync(`${folderOf(version)}.`);
  try {
    await run(PYTHON, [...PIP_DOWNLOAD, '-r', join(REQUIREMENTS, `${version}.txt`), '-d', folder]).catch(
      error => {
        throw new SetupFailed(
          `ClickHouse ${version} cannot be had for this Python (${python}). Wheels of 24.8 are for Python 3.9 to 3.13; ` +
            `OTELROWS_PYTHON names another one.\n${error.message}`,
        );
      },
    );
    const wheel = readdirSync(folder).find(name => name.endsWith('.whl'));
    await run(PYTHON, ['-m', 'zipfile', '-e', join(folder, wheel), folder]);
    rmSync(join(folder, wheel));
    writeFileSync(join(folder, COMPLETE), noteOf(version, python));
    rmSync(folderOf(version), { recursive: true, force: true });
    // At once, so that another clone finds all of it or nothing.
    renameSync(folder, folderOf(version));
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    // Another set-up was faster.
    if (!isComplete(version, python)) throw error;
  }
}

const PIP_DOWNLOAD = [
  ...['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check'],
  ...['--no-deps', '--only-binary=:all:', '--require-hashes'],
];
