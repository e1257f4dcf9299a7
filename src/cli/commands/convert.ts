import { Argument, Command, Option } from 'commander';
import { InputInvalid } from '../../errors.js';
import { addConfigOptions, loadConfigOf } from '../config-options.js';
import type { ConvertOptions } from '../convert.js';

export function convertCommand(): Command {
  const command = new Command('convert')
    .summary('show the rows of files, without Kafka')
    .description(
      'Does to files what a worker does to records, without Kafka: one line of JSON for each message that a worker would write. All metric kinds are on unless the config says otherwise.',
    )
    .addArgument(
      new Argument(
        '[files...]',
        "each is the value of one Kafka record: an OTLP export request, in JSON also several, as the collector's file exporter writes them; - is standard input, as is no file",
      ),
    )
    .addOption(
      new Option('-s, --signal <signal>', 'what the file holds; auto: told by its content')
        .choices(['auto', 'traces', 'logs', 'metrics'])
        .default('auto'),
    )
    .addOption(
      new Option('-e, --encoding <encoding>', 'how it is written')
        .choices(['otlp_proto', 'otlp_json', 'auto'])
        .default('auto'),
    )
    .option(
      '--length-prefixed',
      'each file holds many records, each after its length (4 bytes, little-endian)',
    )
    .addOption(
      new Option(
        '-o, --output <form>',
        'messages: a line for each, with its file where there are several; json: rows, indented; table: rows, for reading',
      )
        .choices(['messages', 'json', 'table'])
        .default('messages'),
    )
    .action(async (named: string[], options: Omit<ConvertOptions, 'files'>) => {
      const files = named.length === 0 ? ['-'] : named;
      if (named.length === 0 && process.stdin.isTTY)
        throw new InputInvalid('name a file to convert, or - to type it');
      const { config, origins } = await loadConfigOf(command, { filesMustExist: false });
      const { convert, forConvert } = await import('../convert.js');
      await convert(
        forConvert(config, origins, options.output),
        { ...options, files },
        { rows: process.stdout, notes: process.stderr },
      );
    });
  return addConfigOptions(command, ['row_format', 'time_format', 'metric_time', 'headers']);
}
