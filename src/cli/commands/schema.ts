import { Command, InvalidArgumentError, Option } from 'commander';
import { ROLLUP_SECONDS } from '../../ddl/rollup-seconds.js';
import { FLAVORS, GROUP_PREFIX, READING } from '../../ddl/schema-options.js';
import { addConfigOptions, loadConfigOf } from '../config-options.js';
import { readAge } from '../read-age.js';
import { readBrokers } from '../read-brokers.js';
import { readNumber } from '../read-number.js';
import type { SchemaClickhouseOptions } from '../schema-clickhouse.js';

const EXAMPLES = `
Examples:
  otelrows schema clickhouse -c otelrows.yaml --retention 30d | clickhouse-client --multiquery
  otelrows schema clickhouse -c otelrows.yaml --retention 30d --rollups 5m,1h --rollup-retention 1y
  otelrows schema clickhouse -c otelrows.yaml --retention 30d --apply http://clickhouse:8123
  otelrows schema clickhouse -c otelrows.yaml --flavor clickstack     into the tables that ClickStack has made`;

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
    .addOption(
      new Option(
        '--flavor <name>',
        "whose tables keep the rows: exporter makes those of the collector's exporter; clickstack and none make none, and read into tables that are there",
      )
        .choices(FLAVORS)
        .default('exporter'),
    )
    .option('--database <name>', 'database of the tables (default: otel; for clickstack: default)')
    .addOption(
      new Option(
        '--brokers <list>',
        'host:port, separated by commas, as ClickHouse reaches them (kafka.brokers)',
      ).argParser(readBrokers('--brokers')),
    )
    .option(
      '--group-prefix <text>',
      'start of the names of the consumer groups in which ClickHouse reads; database, table and topic follow',
      GROUP_PREFIX,
    )
    .addOption(
      new Option(
        '--server-version <version>',
        'of the ClickHouse that will have the tables, as 26.2: it gets text indexes from there on (default: any)',
      ).argParser(readVersion),
    )
    .addOption(
      new Option('--retention <age>', 'delete rows that are older, as 30d (default: never)').argParser(
        readAge,
      ),
    )
    .addOption(
      new Option('--retention-days <days>', 'as --retention, in days')
        .argParser(readDays)
        .conflicts('retention')
        .hideHelp(),
    )
    .addOption(
      new Option(
        '--rollups <list>',
        `also count rows by each of these lengths of time, as 5m,1h: ${Object.keys(ROLLUP_SECONDS).join(', ')}`,
      ).argParser(readRollups),
    )
    .addOption(
      new Option(
        '--rollup-retention <age>',
        'delete counts that are older, as 1y (default: never)',
      ).argParser(readAge),
    )
    .option(
      '--collapse-retries',
      'tables in which rows that say the same become one, such as spans whose sender was not sure and sent them again',
    )
    .option('--storage-policy <name>', "of the server, for the rows' tables")
    .addOption(
      new Option(
        '--move-after <age>',
        'move rows that are older, as 7d, to the volume of --move-to',
      ).argParser(readAge),
    )
    .option('--move-to <volume>', 'of the storage policy')
    .option('--cluster <name>', 'make everything ON CLUSTER')
    .option(
      '--replicated [path]',
      "engines that replicate; a path in Keeper, such as '/clickhouse/tables/{shard}/{database}/{table}', where neither --cluster nor a Replicated database makes the server choose one",
    )
    .addOption(
      new Option('--consumers <number>', 'that read each topic, at most as many as it has partitions')
        .argParser(readNumber(1, 128))
        .default(READING.consumers),
    )
    .addOption(
      new Option('--block-rows <number>', 'rows that are stored at once, at most')
        .argParser(readNumber(1, 100_000_000))
        .default(READING.blockRows),
    )
    .addOption(
      new Option('--flush-ms <milliseconds>', 'rows are stored after this time at the latest')
        .argParser(readNumber(10, 3_600_000))
        .default(READING.flushMs),
    )
    .addOption(
      new Option(
        '--diff <url>',
        'compare with the ClickHouse at this address of its HTTP interface, and change nothing; exit code 1 where something differs',
      ).conflicts('apply'),
    )
    .option(
      '--apply <url>',
      'show what the ClickHouse at this address lacks, ask, and run it; user and password in the URL, or in CLICKHOUSE_USER and CLICKHOUSE_PASSWORD',
    )
    .option('-y, --yes', 'with --apply: do not ask')
    .action(async (options: SchemaClickhouseOptions) => {
      const { config } = await loadConfigOf(command, { filesMustExist: false });
      const { runSchemaClickhouse } = await import('../schema-clickhouse.js');
      await runSchemaClickhouse(config, options);
    });
  return addConfigOptions(command, ['row_format', 'time_format', 'metric_time', 'row_id']).addHelpText(
    'after',
    EXAMPLES,
  );
}

function readRollups(text: string): string[] {
  const rollups = [...new Set(text.split(',').map(rollup => rollup.trim()))];
  if (!rollups.every(rollup => Object.hasOwn(ROLLUP_SECONDS, rollup)))
    throw new InvalidArgumentError(`Each must be one of ${Object.keys(ROLLUP_SECONDS).join(', ')}.`);
  return rollups;
}

function readVersion(text: string): string {
  if (!/^\d+\.\d+(\.|$)/.test(text)) throw new InvalidArgumentError('It must be a version, such as 26.2.');
  return text;
}

function readDays(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text))
    throw new InvalidArgumentError('It must be a number of days, at least 1.');
  return Number(text) * 86_400;
}
