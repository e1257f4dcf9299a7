import { type Command, Option } from 'commander';
import type { LoadedConfig } from '../config/loaded-config.js';
import { type ListedSetting, listedSettings } from '../config/schema.js';

/**
 * Gives a command `--config` and a flag for every setting. Its help shows the flags of the `shown` settings;
 * `otelrows settings` shows all.
 */
export function addConfigOptions(command: Command, shown: readonly string[]): Command {
  command.option('-c, --config <file>', 'YAML or JSON file with settings (or OTELROWS_CONFIG)');
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
): Promise<LoadedConfig> {
  const { loadConfig } = await import('../config/load.js');
  const flags = new Map<string, string>();
  for (const listed of listedSettings) {
    const written: unknown = command.getOptionValue(toOption(listed, false).attributeName());
    if (written !== undefined) flags.set(listed.path, String(written));
  }
  const file: string | undefined = command.getOptionValue('config');
  return loadConfig({ file, env: process.env, flags, ...sources });
}

function toOption({ flag, setting }: ListedSetting, shown: boolean): Option {
  // "--dry-run" alone means true.
  const isBoolean = typeof setting.default === 'boolean';
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
