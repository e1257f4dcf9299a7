import { Command } from 'commander';
import type { Kafka } from '../../kafka/ports.js';
import { addConfigOptions, loadConfigOf } from '../config-options.js';

export function checkCommand(kafka: Kafka): Command {
  const command = new Command('check')
    .summary('check the config, then brokers, topics, rights, limits and some records')
    .description(
      'Checks the config, then connects and tells what a worker with it would find: brokers, topics, partitions, rights, limits that would bite later, and what a few records of each input are. It changes nothing.',
    )
    .action(async () => {
      const config = await loadConfigOf(command, { filesMustExist: true });
      const { check } = await import('../check.js');
      await check(config, kafka);
    });
  return addConfigOptions(command, ['kafka.brokers', 'consumer.group_id']);
}
