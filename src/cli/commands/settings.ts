import { Command, Option } from 'commander';
import { addConfigOptions, loadConfigOf } from '../config-options.js';
import type { SettingsOptions } from '../settings.js';

export function settingsCommand(): Command {
  const command = new Command('settings')
    .summary('list every setting: its value, where that is from, flag and variable')
    .description(
      'Shows the config that file, environment and flags make together, secrets masked: each setting with its value, where the value is from, what is allowed, its flag and its environment variable.',
    )
    .argument('[section]', 'only the settings whose path begins so, such as kafka.tls')
    .option('--changed', 'only those that differ from their default')
    .addOption(new Option('--json', 'as JSON: an array with an object for each').conflicts('yaml'))
    .option('--yaml', 'as a config file that can be saved; secrets are left out')
    .action(async (section: string | undefined, options: SettingsOptions) => {
      const config = await loadConfigOf(command, { filesMustExist: false });
      const { renderSettings } = await import('../settings.js');
      process.stdout.write(renderSettings(config, section ?? '', options));
    });
  return addConfigOptions(command, []);
}
