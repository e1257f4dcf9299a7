import { Command } from 'commander';
import { addConfigOptions, loadConfigOf } from '../config-options.js';
import type { TestOptions } from '../test.js';

const EXAMPLES = `
Examples:
  otelrows test --config otelrows.yaml                      the tests in ./otelrows.test.yaml
  otelrows test --config otelrows.yaml a.yaml b.yaml --junit results.xml
  otelrows test --watch                                     again whenever the config, a test or a file of theirs changes
  otelrows test --update && git diff otelrows.test.yaml     expect what is there now, and look what that changes

Exit code 1: a test failed.`;

export function testCommand(): Command {
  const command = new Command('test')
    .summary('test the rules of a config, without Kafka')
    .description(
      'Applies the rules of the config to the inputs of tests, and compares rows, dropped items and dead letters with what is expected. docs/transforms.md says how tests are written.',
    )
    .argument('[files...]', 'files of tests in YAML; ./otelrows.test.yaml when none is named')
    .option('--junit <file>', "also write the results as JUnit's XML")
    .option(
      '--update',
      'write what is there into the tests, in the place of expectations that differ; all else in their files stays as it is',
    )
    .option(
      '--watch',
      'run again when the config, a file of tests or a file that they name changes, until Ctrl-C',
    )
    .action(async (files: string[], options: Omit<TestOptions, 'files'> & { watch?: boolean }) => {
      if (options.watch) {
        const { watchTests } = await import('../test/watch-tests.js');
        return watchTests(command, files);
      }
      const { config } = await loadConfigOf(command, { filesMustExist: false });
      const { test } = await import('../test.js');
      await test(config, { files, ...options }, process.stdout);
    });
  return addConfigOptions(command, []).addHelpText('after', EXAMPLES);
}
