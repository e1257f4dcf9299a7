import { stringify } from 'yaml';
import type { Contradiction, CrossCheck } from '../checks/check.js';
import { getValue, putValue, setValue } from '../config-path.js';
import { crossCheck } from '../cross-checks.js';
import type { Origin } from '../loaded-config.js';
import { type Config, defaultConfig, listedSettings } from '../schema.js';
import type { ForeignConfig } from './foreign-config.js';
import { type Translated, translate } from './translate.js';

export interface Migrated {
  /** A config file of otelrows. */
  yaml: string;
  /** A line for each key that was not translated: where it stands, why, and what to do. */
  untranslated: readonly string[];
}

/** What is put in the place of values that somebody has yet to give, so that the rest can be checked. */
const STAND_IN = 'x';
/** Behind the name of an output topic whose own name is that of an input. */
const ROWS = '-rows';

/**
 * Translates the config of another program. What results is a config that loads: of settings that contradict each other,
 * or what otelrows promises, those that were translated are left out and told. Secrets are never written.
 *
 * @param about lines for the head of the file.
 */
export function migrate(foreign: ForeignConfig, about: readonly string[]): Migrated {
  const found = translate(foreign);
  leaveOutContradictions(found);
  const tree: Record<string, unknown> = {};
  for (const { path } of listedSettings) {
    const written = found.settings.get(path);
    if (written !== undefined) putValue(tree, path, written.value);
  }
  const head = [
    ...about,
    ...(found.untranslated.length > 0 ? ['', 'To be looked at:'] : []),
    ...found.untranslated.map(line => `- ${line}`),
  ];
  const comment = head.map(line => `# ${line}`.trimEnd()).join('\n');
  return { yaml: `${comment}\n\n${stringify(tree, { lineWidth: 0 })}`, untranslated: found.untranslated };
}

/** @param check what is looked for. */
export function leaveOutContradictions(found: Translated, check: CrossCheck = crossCheck): void {
  for (;;) {
    const [contradiction] = check(toConfig(found), { origins: originsOf(found), filesMustExist: false });
    if (contradiction === undefined) return;
    resolve(found, contradiction);
  }
}

function resolve(found: Translated, { paths, problem }: Contradiction): void {
  const config = toConfig(found);
  const output = paths.find(path => path.endsWith('.topic.name') && !found.settings.has(path));
  if (output !== undefined && paths.includes('inputs')) {
    const name = String(getValue(config, output));
    found.settings.set(output, { value: `${name}${ROWS}`, from: null });
    found.untranslated.push(`rows go to ${name}${ROWS} (${output}), since ${name} is an input`);
    return;
  }
  const defaults = defaultConfig();
  // The first of them is most likely wrong; the others may do without it.
  const [wrong] = paths.flatMap(path => {
    const { value, from = found.toBeGiven.get(path) } = found.settings.get(path) ?? {};
    const isOurs = JSON.stringify(value) === JSON.stringify(getValue(defaults, path));
    return from && !isOurs ? [{ path, from }] : [];
  });
  // What its program always does is our own choice, and has no key to tell of.
  if (wrong === undefined) throw new Error(problem);
  const { path, from } = wrong;
  // It may have been told already that somebody has to give it.
  const others = found.untranslated.filter(line => !line.startsWith(`${from} is`));
  found.untranslated = [...others, `${from} is not translated: ${problem}`];
  found.settings.delete(path);
  found.toBeGiven.delete(path);
}

function toConfig({ settings, toBeGiven }: Translated): Config {
  const config = defaultConfig();
  for (const { path, setting } of listedSettings) {
    const written = settings.get(path);
    if (written !== undefined) setValue(config, path, setting.complete(written.value));
    else if (toBeGiven.has(path) && setting.check(STAND_IN).length === 0) setValue(config, path, STAND_IN);
  }
  return config;
}

function originsOf({ settings }: Translated): Map<string, Origin> {
  return new Map(
    [...settings.keys()].map(path => [path, { kind: 'file', file: '', line: 1, column: 1 } as const]),
  );
}
