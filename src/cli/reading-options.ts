import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { InputInvalid } from '../errors.js';
import type { Header } from '../kafka/ports.js';

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
    )
    .addOption(
      new Option(
        '--header <name=value>',
        'a Kafka header of the records of files; may be given several times',
      )
        .default([], 'none')
        .argParser(addHeader),
    );
}

function addHeader(text: string, headers: readonly Header[]): readonly Header[] {
  const [, key, value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined) throw new InvalidArgumentError('It must be name=value.');
  return [...headers, { key, value: Buffer.from(value) }];
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
  { fromTopic, at, header = [] }: { fromTopic?: string; at?: string; header?: readonly Header[] },
): void {
  if (fromTopic !== undefined && files.length > 0) {
    throw new InputInvalid(`name files or --from-topic, not both: ${files.join(', ')}`);
  }
  if (fromTopic !== undefined && header.length > 0) {
    throw new InputInvalid('--header is for files: records of a topic have their own');
  }
  if (at !== undefined && fromTopic === undefined) {
    throw new InputInvalid('--at is a record of a topic: say which with --from-topic');
  }
}
