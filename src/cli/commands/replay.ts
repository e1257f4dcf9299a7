import { Command, Option } from 'commander';
import type { Kafka } from '../../kafka/ports.js';
import { addConfigOptions, loadConfigOf } from '../config-options.js';
import { readNumber } from '../read-number.js';
import type { ReplayOptions } from '../replay.js';

const EXAMPLES = `
Examples:
  otelrows replay -c otelrows.yaml --from earliest --output-suffix -again
  otelrows replay -c otelrows.yaml --topic otlp_spans --from 2026-11-20T08:00:00Z --to 2026-11-20T09:30:00Z
  otelrows replay -c otelrows.yaml --from otlp_spans:0:120000,otlp_spans:1:118500 --rate 20000
  otelrows replay -c otelrows.yaml --reset-group --from 2026-11-20T08:00:00Z

Interrupted, even by kill -9, it goes on where it was when the same command is given again.
Exit code 130: interrupted.`;

export function replayCommand(kafka: Kafka): Command {
  const command = new Command('replay')
    .summary('process records of the inputs again, under a group of its own')
    .description(
      'Processes a range of the input topics again, exactly once, beside the workers: under a consumer group of its own, whose committed offsets are how far it got. With --reset-group it puts back the offsets of the worker group instead, while no worker runs.',
    )
    .addOption(
      new Option('-t, --topic <name...>', 'input topics to replay (default: all)').default([], 'all'),
    )
    .requiredOption(
      '--from <where>',
      'earliest; a time, ISO 8601 or milliseconds since 1970; or topic:partition:offset, separated by commas or one on each line of a file',
    )
    .option('--to <where>', 'where it ends, not included: as --from, or now (default: now)')
    .option('--group <name>', "consumer group of the replay (default: the workers', and -replay)")
    .option('--restart', 'begin anew, although the group has begun or finished a replay')
    .option('--output-suffix <text>', 'write to topics of their own: each name of an output topic and this')
    .addOption(
      new Option('--rate <rows>', 'at most so many rows per second').argParser(readNumber(1, 1_000_000_000)),
    )
    .option('--reset-group', 'set the offsets of the worker group to --from; refused while it has members')
    .option('-y, --yes', 'do not ask before starting')
    .action(async (options: ReplayOptions) => {
      const loaded = await loadConfigOf(command, { filesMustExist: true });
      const { runReplay } = await import('../replay.js');
      await runReplay(loaded, kafka, options);
    });
  return addConfigOptions(command, ['kafka.brokers', 'consumer.group_id', 'dry_run']).addHelpText(
    'after',
    EXAMPLES,
  );
}
