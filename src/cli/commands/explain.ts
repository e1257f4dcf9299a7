import { Command, Option } from 'commander';
import type { Kafka } from '../../kafka/ports.js';
import { addConfigOptions, loadConfigOf } from '../config-options.js';
import type { ExplainOptions } from '../explain.js';
import { readNumber } from '../read-number.js';
import { addReadingOptions, checkSources, filesArgument, filesOrInput } from '../reading-options.js';

const EXAMPLES = `
Examples:
  otelrows explain request.json                                   what happens to the items of a file
  otelrows explain --item 3 --output json request.bin
  otelrows explain --from-topic otlp_spans                        to those of the newest record of a topic
  otelrows explain --from-topic otlp_spans --at 2:120017          to those of one record, by partition and offset`;

export function explainCommand(kafka: Kafka): Command {
  const command = new Command('explain')
    .summary('what happens to items of a file or topic, step by step')
    .description(
      'Shows what a worker with this config does with each span, log record or data point: what each rule changes, and why it does not where it does not, and where the row goes. Nothing is written, and nothing committed.',
    )
    .addArgument(filesArgument());
  addReadingOptions(command)
    .option('--from-topic <topic>', 'explain records of this topic instead: the newest')
    .option('--at <partition:offset>', 'that record of the topic')
    .addOption(
      new Option('--records <count>', 'so many of the newest records of the topic')
        .default(1)
        .argParser(readNumber(1, 1000)),
    )
    .addOption(
      new Option('--item <number>', 'only this item of each record, counted from 0').argParser(
        readNumber(0, 100_000_000),
      ),
    )
    .addOption(
      new Option('--limit <count>', 'so many items, the first')
        .default(5)
        .argParser(readNumber(1, 1_000_000)),
    )
    .addOption(
      new Option('-o, --output <form>', 'text for people, or a line of JSON for each item')
        .choices(['text', 'json'])
        .default('text'),
    )
    .action(async (named: string[], options: Omit<ExplainOptions, 'files'>) => {
      checkSources(named, options);
      const files = options.fromTopic === undefined ? filesOrInput(named) : [];
      const { config } = await loadConfigOf(command, { filesMustExist: options.fromTopic !== undefined });
      const { explain } = await import('../explain.js');
      await explain(config, kafka, { ...options, files }, { out: process.stdout, notes: process.stderr });
    });
  return addConfigOptions(command, ['kafka.brokers']).addHelpText('after', EXAMPLES);
}
