import { Command } from 'commander';
import { addConfigOptions, loadConfigOf } from '../config-options.js';

export function testCommand(): Command {
  const command = new Command('test')
    .summary('test the rules of a config, without Kafka')
    .description(
      'Applies the rules of the config to the inputs of tests, and compares rows, dropped items and dead letters with what is expected. docs/transforms.md says how tests are written.',
    )
    .argument('[files...]', 'files of tests in YAML; ./otelrows.test.yaml when none is named')
    .option('--junit <file>', "also write the results as JUnit's XML")
    .action(async (files: string[], options: { junit?: string }) => {
      const { config } = await loadConfigOf(command, { filesMustExist: false });
      const { test } = await import('../test.js');
      test(config, { files, ...options }, process.stdout);
    });
  return addConfigOptions(command, []);
}
