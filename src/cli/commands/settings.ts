import { Command } from 'commander';
import { addConfigOptions, loadConfigOf } from '../config-options.js';

export function settingsCommand(): Command {
  const command = new Command('settings')
    .summary('list every setting: its value, where that is from, flag and variable')
    .description(
      'Shows the config that file, environment and flags make together, secrets masked: each setting with its value, where the value is from, what is allowed, its flag and its environment variable.',
    )
    .argument('[section]', 'only the settings whose path begins so, such as kafka.tls')
    .action(async (section: string | undefined) => {
      const config = await loadConfigOf(command, { filesMustExist: false });
      const { renderSettings } = await import('../settings.js');
      process.stdout.write(renderSettings(config, section ?? ''));
    });
  return addConfigOptions(command, []);
}
