import { Command, Option } from 'commander';
import { BROKER_KINDS } from '../../demo/broker/broker-kind.js';
import type { Kafka } from '../../kafka/ports.js';
import type { DemoOptions } from '../demo.js';
import { readBrokers } from '../read-brokers.js';
import { readNumber } from '../read-number.js';

export function demoCommand(kafka: Kafka): Command {
  return new Command('demo')
    .summary('see it work: telemetry through Kafka and the worker into ClickHouse')
    .description(
      'Generates the telemetry of a web shop, sends it through Kafka and a real worker, and queries the rows in an embedded ClickHouse. It starts both, takes less than a minute and leaves nothing behind. In a clone, "npm run demo" first installs what is missing. Elsewhere the embedded ClickHouse (chdb) has to be installed beside otelrows, and a real Kafka runs only where Docker has its image or Java its jars: a mock without transactions stands in for it.',
    )
    .addOption(
      new Option(
        '--brokers <list>',
        `host:port, separated by commas: use these brokers (${BROKERS_VARIABLE})`,
      ).argParser(readBrokers('--brokers')),
    )
    .addOption(
      new Option('--broker <kind>', 'start this kind of broker (default: the first that works)').choices(
        BROKER_KINDS,
      ),
    )
    .addOption(
      new Option('--seed <number>', 'the same seed gives the same telemetry')
        .default(1)
        .argParser(readNumber(0, NUMBER_MAX)),
    )
    .addOption(
      new Option('--spans <count>', 'how many spans to send')
        .default(20_000)
        .argParser(readNumber(1, NUMBER_MAX)),
    )
    .addOption(
      new Option('--encoding <encoding>', 'how rows are written; native also shows what that saves')
        .choices(['json', 'native'])
        .default('json'),
    )
    .action(async (options: DemoOptions) => {
      const { demo } = await import('../demo.js');
      const given = process.env[BROKERS_VARIABLE];
      const brokers = options.brokers ?? (given ? readBrokers(BROKERS_VARIABLE)(given) : undefined);
      await demo(kafka, { ...options, ...(brokers ? { brokers } : {}) });
    });
}

const NUMBER_MAX = 10_000_000;
const BROKERS_VARIABLE = 'OTELROWS_KAFKA_BROKERS';
