import { Command, InvalidArgumentError, Option } from 'commander';
import { addConfigOptions, loadConfigOf } from '../config-options.js';
import { readBrokers } from '../read-brokers.js';
import type { SchemaClickhouseOptions } from '../schema-clickhouse.js';

export function schemaCommand(): Command {
  return new Command('schema')
    .summary('print tables for the rows')
    .description('Prints what a database needs to read the rows.')
    .helpCommand(false)
    .addCommand(clickhouseCommand());
}

function clickhouseCommand(): Command {
  const command = new Command('clickhouse')
    .summary('print the statements that make ClickHouse read the rows')
    .description(
      'Prints, for each kind of row that is switched on, a Kafka engine table that reads its topic, a table that keeps the rows, and the view that moves them. They work as printed: otelrows schema clickhouse | clickhouse-client --multiquery',
    )
    .option('--database <name>', 'database of the tables', 'otel')
    .addOption(
      new Option(
        '--brokers <list>',
        'host:port, separated by commas, as ClickHouse reaches them (kafka.brokers)',
      ).argParser(readBrokers('--brokers')),
    )
    .option(
      '--group-prefix <text>',
      'start of the names of the consumer groups in which ClickHouse reads; database, table and topic follow',
      'clickhouse',
    )
    .addOption(
      new Option('--retention-days <days>', 'delete rows that are older (default: never)').argParser(
        readDays,
      ),
    )
    .action(async (options: SchemaClickhouseOptions) => {
      const { config } = await loadConfigOf(command, { filesMustExist: false });
      const { renderClickhouseSchema } = await import('../schema-clickhouse.js');
      process.stdout.write(renderClickhouseSchema(config, options));
    });
  return addConfigOptions(command, ['row_format', 'time_format', 'metric_time', 'row_id']);
}

function readDays(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text))
    throw new InvalidArgumentError('It must be a number of days, at least 1.');
  return Number(text);
}
