import { Command } from 'commander';
import type { Kafka } from '../../kafka/ports.js';
import { addConfigOptions, loadConfigOf } from '../config-options.js';

export function runCommand(kafka: Kafka): Command {
  const command = new Command('run')
    .summary('run one worker until SIGTERM or Ctrl-C')
    .description(
      'Reads OTLP export requests from the input topics and writes their rows to the output topics, in the Kafka transaction that also commits the input offsets. SIGTERM or Ctrl-C ends it after the running transaction.',
    )
    .action(async () => {
      const config = await loadConfigOf(command, { filesMustExist: true });
      const { run } = await import('../run.js');
      await run(config, kafka);
    });
  return addConfigOptions(command, [
    'kafka.brokers',
    'consumer.group_id',
    'delivery',
    'row_format',
    'dry_run',
    'log.level',
  ]);
}
