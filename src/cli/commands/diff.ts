import { Command, Option } from 'commander';
import { InputInvalid } from '../../errors.js';
import type { Kafka } from '../../kafka/ports.js';
import { addSettingOptions, loadConfigOf } from '../config-options.js';
import type { DiffOptions } from '../diff.js';
import { readNumber } from '../read-number.js';
import { addReadingOptions, checkSources, filesArgument, filesOrInput } from '../reading-options.js';

const EXAMPLES = `
Examples:
  otelrows diff --config otelrows.yaml --config new.yaml --from-topic otlp_spans
  otelrows diff --config otelrows.yaml --config new.yaml --from-topic otlp_logs --records 10000 --output json
  otelrows diff --config otelrows.yaml --config new.yaml request.json

Exit code 0: nothing differs; 1: something does.`;

export function diffCommand(kafka: Kafka): Command {
  const command = new Command('diff')
    .summary('what another config would change, on live records')
    .description(
      'Makes rows of the same records by two configs, and shows what differs: rows that are gone or new, columns, topics and keys, dead letters. Nothing is written, and nothing committed. Brokers and inputs are those of the first config.',
    )
    .addArgument(filesArgument())
    .addOption(
      new Option('-c, --config <file>', 'twice: what is, and what would be')
        .default([], 'none')
        .argParser((file: string, files: readonly string[]) => [...files, file]),
    );
  addReadingOptions(command)
    .option('--from-topic <topic>', 'compare on records of this topic instead: the newest')
    .option('--at <partition:offset>', 'on that record of the topic')
    .addOption(
      new Option('--records <count>', 'on so many of the newest records of the topic')
        .default(1_000)
        .argParser(readNumber(1, 10_000_000)),
    )
    .addOption(
      new Option('--examples <count>', 'how many of each difference are shown')
        .default(3)
        .argParser(readNumber(0, 1_000)),
    )
    .addOption(
      new Option('-o, --output <form>', 'text for people, or JSON').choices(['text', 'json']).default('text'),
    )
    .action(
      async (named: string[], { config, ...options }: Omit<DiffOptions, 'files'> & { config: string[] }) => {
        checkSources(named, options);
        const [before, after] = filesOfTwo(config);
        const files = options.fromTopic === undefined ? filesOrInput(named, 'compare') : [];
        const isConnecting = { filesMustExist: options.fromTopic !== undefined };
        const configs = [
          (await loadConfigOf(command, isConnecting, before)).config,
          (await loadConfigOf(command, { filesMustExist: false }, after)).config,
        ] as const;
        const { diff } = await import('../diff.js');
        await diff(configs, kafka, { ...options, files }, process.stdout);
      },
    );
  return addSettingOptions(command, ['kafka.brokers']).addHelpText('after', EXAMPLES);
}

/** @throws InputInvalid */
function filesOfTwo(configs: readonly string[]): [before: string, after: string] {
  const [before, after, ...others] = configs;
  if (before !== undefined && after !== undefined && others.length === 0) return [before, after];
  throw new InputInvalid(
    `name two configs, what is and what would be: --config otelrows.yaml --config new.yaml (there ${configs.length === 1 ? 'is 1' : `are ${configs.length}`})`,
  );
}
