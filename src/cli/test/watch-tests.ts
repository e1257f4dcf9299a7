import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Config } from '../../config/schema.js';
import { configFileOf, loadConfigOf } from '../config-options.js';
import { painterFor } from '../paint.js';
import { TEST_FILES } from '../test.js';
import { readTests } from './read-tests.js';

/** Looked at, not told by the system: that works for every editor, mounted volume and container alike. */
const LOOKED_EVERY_MS = 200;

/**
 * `otelrows test --watch`: runs the tests in a process of their own, and again whenever the config, a file of tests or a file that
 * one of these names changes. A process of their own knows nothing of the files as they were before. Ends when it is told to.
 */
export async function watchTests(command: Command, files: readonly string[]): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const configFile = configFileOf(command);
  const paint = painterFor(process.stdout);
  const testFiles = files.length > 0 ? files : TEST_FILES;
  let watched = new Set<string>();
  while (!stop.signal.aborted) {
    // While a file is wrong, those that it had named before may be what is being mended.
    watched = new Set([...watched, ...(await filesOf(command, configFile, testFiles))]);
    const versions = versionsOf(watched);
    await runOnce(configFile, stop.signal);
    if (stop.signal.aborted) return;
    const existing = [...versions.values()].filter(version => version !== null).length;
    process.stdout.write(
      paint('dim', `Watching ${existing} ${existing === 1 ? 'file' : 'files'}; Ctrl-C ends it.\n`),
    );
    const changed = await change(versions, stop.signal);
    if (changed !== null) process.stdout.write(`\n${paint('dim', `${changed} has changed`)}\n`);
  }
}

/** The same command without `--watch`. */
async function runOnce(configFile: string | undefined, signal: AbortSignal): Promise<void> {
  const [main = '', ...args] = process.argv.slice(1);
  const kept = args.filter(arg => arg !== '--watch');
  const hasConfig = configFile === undefined || kept.some(arg => /^(-c|--config)/.test(arg));
  const named = hasConfig ? [] : ['--config', configFile];
  const child = spawn(process.execPath, [...process.execArgv, main, ...kept, ...named], { stdio: 'inherit' });
  const end = () => child.kill();
  signal.addEventListener('abort', end);
  await once(child, 'close');
  signal.removeEventListener('abort', end);
}

/** Everything that decides about results, as far as it can be read now. */
async function filesOf(
  command: Command,
  configFile: string | undefined,
  testFiles: readonly string[],
): Promise<string[]> {
  const ofConfig = await attempt(async () => {
    const { config } = await loadConfigOf(command, { filesMustExist: false }, configFile);
    return filesOfConfig(config);
  });
  const ofTests = await Promise.all(
    testFiles.map(file => attempt(() => readTests(file).flatMap(({ inputFile }) => inputFile ?? []))),
  );
  return [...(configFile === undefined ? [] : [configFile]), ...testFiles, ...ofConfig, ...ofTests.flat()];
}

function filesOfConfig({ transform: { rules, module } }: Config): string[] {
  const ofRules = rules.flatMap(({ lookup, redact }) =>
    [lookup?.file, redact?.hash_key_file].filter(file => file !== undefined),
  );
  return [...ofRules, ...(module === null ? [] : filesBeside(module))];
}

/** A module of functions, and what it may import from its folder. */
function filesBeside(module: string): string[] {
  const folder = dirname(module);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter(file => /\.[cm]?[jt]s$/.test(file))
    .map(file => join(folder, file));
}

/** What is wrong is told by the tests themselves. */
async function attempt(read: () => string[] | Promise<string[]>): Promise<string[]> {
  try {
    return await read();
  } catch {
    return [];
  }
}

/** Null of a file that is not there. */
type Versions = ReadonlyMap<string, string | null>;

function versionsOf(files: Iterable<string>): Versions {
  return new Map(
    [...files].map(file => {
      const found = statSync(file, { throwIfNoEntry: false });
      return [file, found ? `${found.ino}/${found.size}/${found.mtimeMs}` : null];
    }),
  );
}

/** Waits until a file is not as it was. @returns which; null when it was told to stop. */
async function change(versions: Versions, signal: AbortSignal): Promise<string | null> {
  while (!signal.aborted) {
    const now = versionsOf(versions.keys());
    const changed = [...versions].find(([file, version]) => now.get(file) !== version);
    if (changed) return changed[0];
    await delay(LOOKED_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
  return null;
}
