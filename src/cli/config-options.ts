import { existsSync } from 'node:fs';
import { type Command, Option } from 'commander';
import type { LoadedConfig } from '../config/loaded-config.js';
import { CONFIG_FILE_VARIABLE } from '../config/read-environment.js';
import { type ListedSetting, listedSettings } from '../config/schema.js';

/** Looked for in the working directory, in this order, when no file is given. */
const CONFIG_FILES = ['otelrows.yaml', 'otelrows.yml', 'otelrows.json'];

/**
 * Gives a command `--config` and a flag for every setting. Its help shows the flags of the `shown` settings;
 * `otelrows settings` shows all.
 */
export function addConfigOptions(command: Command, shown: readonly string[]): Command {
  command.option(
    '-c, --config <file>',
    'YAML or JSON file with settings (or OTELROWS_CONFIG, or ./otelrows.yaml)',
  );
  return addSettingOptions(command, shown);
}

/** The same without `--config`. */
export function addSettingOptions(command: Command, shown: readonly string[]): Command {
  for (const listed of listedSettings) command.addOption(toOption(listed, shown.includes(listed.path)));
  return command.addHelpText('after', '\nEvery setting is a flag too: "otelrows settings" lists them.');
}

/**
 * Loads the config that the options of a command, the environment and the config file make.
 * @throws ConfigInvalid
 */
export async function loadConfigOf(
  command: Command,
  sources: { filesMustExist: boolean },
  file = configFileOf(command),
): Promise<LoadedConfig> {
  const { loadConfig } = await import('../config/load.js');
  const flags = new Map<string, string>();
  for (const listed of listedSettings) {
    const written: unknown = command.getOptionValue(toOption(listed, false).attributeName());
    if (written !== undefined) flags.set(listed.path, String(written));
  }
  return loadConfig({ file, env: process.env, flags, ...sources });
}

/** The file that the command reads its config from: the one that is given, else the variable's, else one that is found. */
export function configFileOf(command: Command): string | undefined {
  const given: string | undefined = command.getOptionValue('config');
  return given ?? (process.env[CONFIG_FILE_VARIABLE] || findConfigFile());
}

/** A file that nobody has named is said, so that nobody wonders why a setting is as it is. */
function findConfigFile(): string | undefined {
  const found = CONFIG_FILES.find(name => existsSync(name));
  if (found !== undefined) process.stderr.write(`config: ./${found}\n`);
  return found;
}

function toOption({ flag, setting }: ListedSetting, shown: boolean): Option {
  // "--dry-run" alone means true.
  const { isBoolean } = setting;
  const value = isBoolean ? '[true|false]' : '<value>';
  const plain = (markdown: string) => markdown.replaceAll('`', '');
  const facts = `${isBoolean ? '' : `${plain(setting.allowed)}; `}default: ${setting.default}`;
  return new Option(`${flag} ${value}`, `${plain(firstClause(setting.doc))} (${facts})`).hideHelp(!shown);
}

/** What a setting is, in the words before the first `.`, `;`, `:` or bracket of its prose. */
function firstClause(doc: string): string {
  const clause = /^.*?(?=[.;:]( |$)| \()/.exec(doc)?.[0] ?? doc;
  return clause.charAt(0).toLowerCase() + clause.slice(1);
}
