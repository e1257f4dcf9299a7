import { existsSync, readFileSync } from 'node:fs';
import { run, SetupFailed, step } from './progress.mjs';

/** `engines.node` in package.json says the same. */
const NODE_MIN = [20, 20];

export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])) return;
  throw new SetupFailed(
    `Node ${process.versions.node} is too old: otelrows needs ${NODE_MIN.join('.')} or newer.`,
  );
}

/**
 * Installs exactly what the lock file says. No install script is run, so nothing depends on which of them npm allows;
 * the one package that needs its script is the Kafka client, see kafka-client.mjs.
 */
export async function installNodePackages() {
  if (isInstalled()) return;
  await step('npm packages', () => run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund']));
}

/** npm keeps its own lock file of what it installed; it lacks only the packages of other platforms. */
function isInstalled() {
  const installedFile = 'node_modules/.package-lock.json';
  if (!existsSync(installedFile)) return false;
  const wanted = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      path === '' || (installed[path] ? installed[path].version === version : optional),
  );
}
