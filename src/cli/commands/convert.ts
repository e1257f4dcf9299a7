import { Argument, Command, Option } from 'commander';
import { addConfigOptions, loadConfigOf } from '../config-options.js';
import type { ConvertOptions } from '../convert.js';

export function convertCommand(): Command {
  const command = new Command('convert')
    .summary('show the rows of a file, without Kafka')
    .description(
      'Does to a file what a worker does to a record, without Kafka: one line of JSON for each message that a worker would write. All metric kinds are on unless the config says otherwise.',
    )
    .addArgument(new Argument('<file>', 'one OTLP export request; - is standard input'))
    .addOption(
      new Option('-s, --signal <signal>', 'what the file holds')
        .choices(['traces', 'logs', 'metrics'])
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('-e, --encoding <encoding>', 'how it is written')
        .choices(['otlp_proto', 'otlp_json', 'auto'])
        .default('auto'),
    )
    .option(
      '--length-prefixed',
      'the file holds many requests, each after its length (4 bytes, little-endian)',
    )
    .addOption(
      new Option(
        '-o, --output <form>',
        'messages: a line for each; json: rows, indented; table: rows, for reading',
      )
        .choices(['messages', 'json', 'table'])
        .default('messages'),
    )
    .action(async (file: string, options: Omit<ConvertOptions, 'file'>) => {
      const { config, origins } = await loadConfigOf(command, { filesMustExist: false });
      const { convert, withAllMetricKinds } = await import('../convert.js');
      await convert(withAllMetricKinds(config, origins), { ...options, file }, process.stdout);
    });
  return addConfigOptions(command, ['row_format', 'time_format', 'metric_time', 'headers']);
}
