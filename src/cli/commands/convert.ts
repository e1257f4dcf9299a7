import { Command, Option } from 'commander';
import { addConfigOptions, loadConfigOf } from '../config-options.js';
import type { ConvertOptions } from '../convert.js';
import { addReadingOptions, filesArgument, filesOrInput } from '../reading-options.js';

export function convertCommand(): Command {
  const command = new Command('convert')
    .summary('show the rows of files, without Kafka')
    .description(
      'Does to files what a worker does to records, without Kafka: one line of JSON for each message that a worker would write. All metric kinds are on unless the config says otherwise.',
    )
    .addArgument(filesArgument());
  addReadingOptions(command)
    .addOption(
      new Option(
        '-o, --output <form>',
        'messages: a line for each, with its file where there are several; json: rows, indented; table: rows, for reading',
      )
        .choices(['messages', 'json', 'table'])
        .default('messages'),
    )
    .addOption(
      new Option(
        '--diff',
        'show what the rules of the config change instead: of each item the columns before and after, then counts',
      ).conflicts('output'),
    )
    .action(
      async (named: string[], { diff, ...options }: Omit<ConvertOptions, 'files'> & { diff?: true }) => {
        const files = filesOrInput(named, 'convert');
        const { config, origins } = await loadConfigOf(command, { filesMustExist: false });
        const { convert, forConvert } = await import('../convert.js');
        if (diff) {
          const { convertDiff } = await import('../diff/convert-diff.js');
          return convertDiff(forConvert(config, origins, 'table'), files, options, {
            out: process.stdout,
            notes: process.stderr,
          });
        }
        await convert(
          forConvert(config, origins, options.output),
          { ...options, files },
          { rows: process.stdout, notes: process.stderr },
        );
      },
    );
  return addConfigOptions(command, ['row_format', 'time_format', 'metric_time', 'headers']);
}
