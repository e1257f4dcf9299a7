import { Argument, Command } from 'commander';
import type { MigrateOptions, Program } from '../migrate.js';

const EXAMPLES = `
Examples:
  otelrows migrate glassflow otel-collector.yaml > otelrows.yaml
  otelrows migrate rotel rotel.env --out otelrows.yaml`;

export function migrateCommand(): Command {
  return new Command('migrate')
    .summary("make a config out of another program's")
    .description(
      'Makes a config of otelrows out of one that another program has, and tells on standard error, in a line each, what could not be translated and what to do about it. Secrets are not written. docs/migrate.md has each key.',
    )
    .helpCommand(false)
    .addCommand(
      programCommand('glassflow')
        .summary("out of a collector's config with the exporter glassflow, or kafka")
        .description(
          "Makes a config of otelrows out of a collector's config with the exporter glassflow, in whose place the collector then has its Kafka exporter; or out of one that has the Kafka exporter already.",
        )
        .option('--exporter <name>', 'which one, as glassflow/eu, where the config has several'),
    )
    .addCommand(
      programCommand('rotel')
        .summary("out of the flags or variables of Rotel's Kafka exporter and receiver")
        .description(
          'Makes a config of otelrows out of the flags (--kafka-exporter-…, --kafka-receiver-…) and environment variables (ROTEL_KAFKA_EXPORTER_…) that Rotel is started with: a file of variables, a script, a unit, a compose file or a manifest.',
        ),
    )
    .addHelpText('after', EXAMPLES);
}

function programCommand(program: Program): Command {
  return new Command(program)
    .addArgument(new Argument('<file>', 'which has it; - is standard input'))
    .option('-o, --out <file>', 'write the config there, and not to standard output; it must not exist yet')
    .action(async (file: string, options: MigrateOptions) => {
      const { migrate } = await import('../migrate.js');
      await migrate(program, file, options, {
        config: text => process.stdout.write(text),
        notes: text => process.stderr.write(text),
      });
    });
}
