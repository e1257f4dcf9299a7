import { Argument, Command, Option } from 'commander';
import { deadLetterReasons } from '../../dead-letter-reasons.js';
import type { Kafka } from '../../kafka/ports.js';
import { addConfigOptions, loadConfigOf } from '../config-options.js';
import type { ListOptions, ReplayDeadLettersOptions, ShowOptions } from '../deadletters.js';
import { readNumber } from '../read-number.js';

const SHOWN_SETTINGS = ['kafka.brokers', 'consumer.group_id', 'dead_letter.topic.name'];
const LIMIT_MAX = 100_000;

export function deadlettersCommand(kafka: Kafka): Command {
  return new Command('deadletters')
    .summary('list, show and replay dead letters')
    .description('Looks into the dead-letter topic, and processes what is in it again after a fix.')
    .helpCommand(false)
    .addCommand(listCommand(kafka))
    .addCommand(showCommand(kafka))
    .addCommand(replayCommand(kafka));
}

function listCommand(kafka: Kafka): Command {
  const command = withFilters(new Command('list'))
    .summary('list the dead letters that were not replayed yet')
    .description('Lists the dead letters that were not replayed yet, and counts them by reason.')
    .option('--since <time>', 'only those of that time and later: ISO 8601, or milliseconds since 1970')
    .addOption(
      new Option('--limit <count>', 'show so many, the newest')
        .default(50)
        .argParser(readNumber(1, LIMIT_MAX)),
    )
    .option('--all', 'also those that were replayed')
    .option('--json', 'one line of JSON for each')
    .action(async (options: ListOptions) => {
      const loaded = await loadConfigOf(command, { filesMustExist: true });
      const { listDeadLetters } = await import('../deadletters.js');
      await listDeadLetters(loaded, kafka, options);
    });
  return addConfigOptions(command, SHOWN_SETTINGS);
}

function showCommand(kafka: Kafka): Command {
  const command = new Command('show')
    .summary('show one dead letter')
    .description(
      'Shows one dead letter: what was refused and why, and the headers, key and value of the record.',
    )
    .addArgument(new Argument('<partition:offset>', 'the dead letter, as "list" shows it'))
    .option('--raw', 'write the value of the record to standard output, byte for byte')
    .option('--out <file>', 'write it to a file')
    .action(async (place: string, options: ShowOptions) => {
      const loaded = await loadConfigOf(command, { filesMustExist: true });
      const { showDeadLetter } = await import('../deadletters.js');
      await showDeadLetter(loaded, kafka, place, options);
    });
  return addConfigOptions(command, SHOWN_SETTINGS);
}

function replayCommand(kafka: Kafka): Command {
  const command = withFilters(new Command('replay'))
    .summary('process the records of dead letters again')
    .description(
      'Processes again, exactly once, what the dead letters that were not replayed yet are about: with the config as it is now, the rows of the record, or of those of its items that made none. What is refused again becomes a new dead letter. Interrupted, it goes on where it was.',
    )
    .option(
      '--since <time>',
      'pass over those before that time: they stay in the topic, and count as replayed',
    )
    .option('-y, --yes', 'do not ask before starting')
    .action(async (options: ReplayDeadLettersOptions) => {
      const loaded = await loadConfigOf(command, { filesMustExist: true });
      const { replayDeadLetters } = await import('../deadletters.js');
      await replayDeadLetters(loaded, kafka, options);
    });
  return addConfigOptions(command, SHOWN_SETTINGS);
}

function withFilters(command: Command): Command {
  return command
    .addOption(
      new Option('--reason <reason...>', 'only dead-letter records with these reasons')
        .choices(deadLetterReasons)
        .default([], 'all'),
    )
    .addOption(new Option('--topic <name...>', 'only records of these input topics').default([], 'all'));
}
