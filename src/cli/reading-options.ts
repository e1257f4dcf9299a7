import { Argument, type Command, Option } from 'commander';
import { InputInvalid } from '../errors.js';

/** The files of commands that look at records without a worker. */
export function filesArgument(): Argument {
  return new Argument(
    '[files...]',
    "each is the value of one Kafka record: an OTLP export request, in JSON also several, as the collector's file exporter writes them; - is standard input, as is no file",
  );
}

/** How these commands read records. */
export function addReadingOptions(command: Command): Command {
  return command
    .addOption(
      new Option('-s, --signal <signal>', 'what the file holds; auto: told by its content')
        .choices(['auto', 'traces', 'logs', 'metrics'])
        .default('auto'),
    )
    .addOption(
      new Option('-e, --encoding <encoding>', 'how it is written')
        .choices(['otlp_proto', 'otlp_json', 'auto'])
        .default('auto'),
    )
    .option(
      '--length-prefixed',
      'each file holds many records, each after its length (4 bytes, little-endian)',
    );
}

/**
 * The files that were named, or standard input.
 *
 * @throws InputInvalid where that would wait for someone to type.
 */
export function filesOrInput(named: readonly string[], what = 'explain'): readonly string[] {
  if (named.length > 0) return named;
  if (process.stdin.isTTY) throw new InputInvalid(`name a file to ${what}, or - to type it`);
  return ['-'];
}

/** @throws InputInvalid for files and a topic at once, or a place in no topic. */
export function checkSources(
  files: readonly string[],
  { fromTopic, at }: { fromTopic?: string; at?: string },
): void {
  if (fromTopic !== undefined && files.length > 0) {
    throw new InputInvalid(`name files or --from-topic, not both: ${files.join(', ')}`);
  }
  if (at !== undefined && fromTopic === undefined) {
    throw new InputInvalid('--at is a record of a topic: say which with --from-topic');
  }
}
