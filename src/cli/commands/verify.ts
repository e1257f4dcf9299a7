import { Command, Option } from 'commander';
import type { Kafka } from '../../kafka/ports.js';
import { readTime } from '../../stream/replay/time.js';
import { IDENTITIES } from '../../verify/identities.js';
import { addConfigOptions, loadConfigOf } from '../config-options.js';
import { readNumber } from '../read-number.js';
import type { VerifyCommandOptions } from '../verify.js';

export function verifyCommand(kafka: Kafka): Command {
  const command = new Command('verify')
    .summary('compare inputs and outputs: is every item a row, once?')
    .description(
      'Reads the input topics, makes the rows that this config makes of them, and compares those with the rows in the output topics: which are missing, there too often, or not explained by any record. Dead letters count. It joins no group and changes nothing, so workers may run meanwhile.',
    )
    .option(
      '-i, --input <topic...>',
      'topics to read, as TOPIC or SIGNAL=TOPIC (default: the inputs of the config)',
    )
    .option(
      '-o, --output <topic...>',
      'topics with rows, as TOPIC or KIND=TOPIC (default: what the config writes to)',
    )
    .addOption(
      new Option(
        '--identity <what>',
        'item: spans by their ids, then whether contents agree; ids: the same without contents; row: key and value whole',
      )
        .choices(IDENTITIES)
        .default('item'),
    )
    .option(
      '-g, --group <id>',
      'what this group has committed must have rows; none: everything must (default: consumer.group_id)',
    )
    .addOption(
      new Option('--from <time>', 'compare from this time on, such as 2026-01-31T12:00:00Z').argParser(text =>
        readTime(text, '--from'),
      ),
    )
    .addOption(
      new Option('--examples <count>', 'how many of each fault are shown')
        .default(5)
        .argParser(readNumber(0, 1000)),
    )
    .option('--json', 'print the report as JSON')
    .action(async (options: VerifyCommandOptions) => {
      const { config } = await loadConfigOf(command, { filesMustExist: true });
      const { verifyTopics } = await import('../verify.js');
      await verifyTopics(config, kafka, options);
    });
  return addConfigOptions(command, ['kafka.brokers', 'consumer.group_id', 'row_format']);
}
