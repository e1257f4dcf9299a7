import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { LoadedConfig } from '../config/loaded-config.js';
import type { Config } from '../config/schema.js';
import { InputInvalid, PoisonRecord } from '../errors.js';
import { standardHeaders } from '../stream/headers.js';
import { encodingOf, type InputEncoding } from '../transform/decode/decode-record.js';
import type { Signal } from '../transform/decode/otlp.js';
import { createTransform, type OutputMessage } from '../transform/transform-record.js';
import { renderMessageLine } from './convert/message-line.js';
import { prettyJson } from './convert/pretty-json.js';
import { nameOf, readRecords } from './convert/read-records.js';
import { renderRowTable } from './convert/row-table.js';

export interface ConvertOptions {
  /** A path, or `-` for standard input. */
  file: string;
  signal: Signal;
  encoding: InputEncoding;
  /** The file holds many records, each after its length. */
  lengthPrefixed?: boolean;
  output: 'messages' | 'json' | 'table';
}

/**
 * `otelrows convert`: writes what a worker with this config would write for the records of a file. Of a file with
 * many records, those before one that cannot be decoded are written.
 *
 * @throws InputInvalid when the file cannot be read or decoded, naming the file and the record.
 */
export async function convert(config: Config, options: ConvertOptions, output: Writable): Promise<void> {
  const { file, signal, encoding, lengthPrefixed = false } = options;
  const transform = createTransform(config);
  const headers = config.headers === 'standard' ? standardHeaders(signal, config.row_format) : [];
  const render: Record<ConvertOptions['output'], (message: OutputMessage) => string> = {
    messages: message => renderMessageLine(message, headers),
    json: message => prettyJson(message.value.toString('utf8')),
    table: message => renderRowTable(message),
  };

  let recordNumber = 0;
  for await (const record of readRecords(file, {
    lengthPrefixed,
    recordBytesMax: config.limits.max_record_bytes,
  })) {
    recordNumber += 1;
    const name = lengthPrefixed ? `${nameOf(file)}: message ${recordNumber}` : nameOf(file);
    const what = `${name} cannot be decoded as ${encodingOf(encoding, record)}`;
    for (const message of orInputInvalid(() => transform(signal, encoding, record), what).messages) {
      if (message.tooLargeBytes !== undefined) throw tooLarge(name, message);
      if (!output.write(`${render[options.output](message)}\n`)) await once(output, 'drain');
    }
  }
}

function tooLarge(name: string, { itemIndex, tooLargeBytes }: OutputMessage): InputInvalid {
  return new InputInvalid(
    `${name}: the row of item ${itemIndex} would have more than ${tooLargeBytes} bytes. ` +
      'A worker makes it a dead letter; a larger producer.max_message_bytes lets it be made.',
  );
}

/** The config with every metric kind on, but for those that the user switched off. */
export function withAllMetricKinds(config: Config, origins: LoadedConfig['origins']): Config {
  const all = structuredClone(config);
  const { key: _, ...kinds } = all.metrics;
  for (const [name, kind] of Object.entries(kinds))
    if (!origins.has(`metrics.${name}.enabled`)) kind.enabled = true;
  return all;
}

function orInputInvalid<T>(transform: () => T, what: string): T {
  try {
    return transform();
  } catch (error) {
    if (error instanceof PoisonRecord) throw new InputInvalid(`${what}: ${error.message}`);
    throw error;
  }
}
