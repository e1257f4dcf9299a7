import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { LoadedConfig } from '../config/loaded-config.js';
import type { Config } from '../config/schema.js';
import { encodingsByTopic } from '../encodings/encodings-of.js';
import { InputInvalid, PoisonRecord } from '../errors.js';
import { loadTransform } from '../load-transform.js';
import { standardHeaders } from '../messages/headers.js';
import { transformRead } from '../messages/process-record.js';
import { readInput } from '../messages/read-input.js';
import { encodingOf } from '../transform/decode/decode-record.js';
import type { Signal } from '../transform/decode/otlp.js';
import { describeSuspicion } from '../transform/suspicion.js';
import type { AnyTransformRecord, OutputMessage, TransformedRecord } from '../transform/transform-record.js';
import { renderMessageLine } from './convert/message-line.js';
import { prettyJson } from './convert/pretty-json.js';
import { nameOf } from './convert/read-records.js';
import { renderRowTable } from './convert/row-table.js';
import { shownMessages } from './convert/shown-messages.js';
import { fileRecords } from './records/file-records.js';
import type { ReadingOptions } from './records/record-source.js';

const NOTES_MAX = 10;

export interface ConvertOptions extends ReadingOptions {
  /** Paths, or `-` for standard input. */
  files: readonly string[];
  output: 'messages' | 'json' | 'table';
}

/** Where `convert` writes. */
export interface ConvertOutput {
  rows: Writable;
  /** Why a record makes fewer rows than one might think, a line for each. */
  notes: Writable;
}

/**
 * `otelrows convert`: writes what a worker with this config would write for the records of files. Of a file with many
 * records, those before one that cannot be decoded are written; and so are the files after one that cannot be converted.
 *
 * @throws InputInvalid when files cannot be read or decoded, naming each and the record.
 */
export async function convert(
  config: Config,
  options: ConvertOptions,
  { rows, notes }: ConvertOutput,
): Promise<void> {
  const { files, output } = options;
  const transform = await loadTransform(config);
  const headersOf = (signal: Signal | null) =>
    config.headers === 'standard' && signal !== null ? standardHeaders(signal, config.row_format) : [];
  const several = files.length > 1;
  // Rows have no ids: they are of no record of a topic.
  const encodingOf = encodingsByTopic({ ...config, row_id: 'none' });
  const jsonOf = ({ topic, value }: OutputMessage) => encodingOf(topic).toJson(value) ?? '';
  // One after the other: the texts of all rows of a record may be more than there is memory for.
  const render: Record<ConvertOptions['output'], (converted: Converted, file: string) => Iterable<string>> = {
    *messages({ messages, signal }, file) {
      for (const message of shownMessages(messages, encodingOf))
        yield renderMessageLine(message, headersOf(signal), several ? file : undefined);
    },
    *json({ messages }) {
      for (const row of messages) yield prettyJson(jsonOf(row));
    },
    *table({ messages }) {
      for (const row of messages) yield renderRowTable(row, jsonOf(row));
    },
  };
  const write = async (line: string) => {
    if (!rows.write(`${line}\n`)) await once(rows, 'drain');
  };

  const problems: string[] = [];
  for (const file of files) {
    const noted = notesOn(nameOf(file), notes);
    if (several && output === 'table') await write(`═══ ${nameOf(file)}\n`);
    try {
      for await (const converted of transformFile(file, config, options, transform)) {
        if (converted.note !== null) noted.add(converted.note);
        for (const text of render[output](converted, nameOf(file))) await write(text);
      }
    } catch (error) {
      if (!(error instanceof InputInvalid)) throw error;
      problems.push(error.message);
    }
    noted.end();
  }
  if (problems.length === 0) return;
  const [only] = problems;
  throw new InputInvalid(
    several
      ? `${problems.length} of ${files.length} files cannot be converted:\n${problems.map(line => `  ${line}`).join('\n')}`
      : `${only}`,
  );
}

/** Of one file the first notes, and how many more there were: a file can hold any number of records. */
function notesOn(file: string, notes: Writable): { add(note: string): void; end(): void } {
  let count = 0;
  return {
    add: note => {
      count += 1;
      if (count <= NOTES_MAX) notes.write(`${note}\n`);
    },
    end: () => {
      if (count > NOTES_MAX) notes.write(`${file}: ${count - NOTES_MAX} more messages to be noted\n`);
    },
  };
}

/** What a record became. */
interface Converted {
  signal: Signal | null;
  messages: OutputMessage[];
  /** What is to be noted of it. */
  note: string | null;
}

/** What the records of a file become, one after the other. */
async function* transformFile(
  file: string,
  config: Config,
  options: ConvertOptions,
  transform: AnyTransformRecord,
): AsyncGenerator<Converted> {
  let recordCount = 0;
  for await (const { name, record, input } of fileRecords(file, config, options)) {
    recordCount += 1;
    const value = record.value ?? Buffer.alloc(0);
    const { headers } = record;
    const read = await orInputInvalid(
      () => readInput({ value, headers }, input, config.limits.max_record_bytes),
      `${name} cannot be decoded`,
    );
    const what = `${name} cannot be decoded as ${encodingOf(read.encoding, read.value)}`;
    const transformed = await orInputInvalid(() => transformRead(read, transform, record), what);
    const { messages } = transformed;
    const note = noteOn(transformed, read.signal, value.length);
    const refused = messages.findIndex(({ tooLargeBytes }) => tooLargeBytes !== undefined);
    yield {
      signal: read.signal,
      messages: refused < 0 ? messages : messages.slice(0, refused),
      note: note === null ? null : `${name}: ${note}`,
    };
    if (refused >= 0) throw tooLarge(name, messages[refused] as OutputMessage);
  }
  if (recordCount === 0)
    yield { signal: null, messages: [], note: `${nameOf(file)}: empty, so there is no message in it` };
}

/** Why there are no rows, or not as many as there are items; null when all is as one would think. */
function noteOn(
  { itemCount, filteredCount, suspicion, steps }: TransformedRecord,
  signal: Signal | null,
  bytes: number,
): string | null {
  if (suspicion) return `${describeSuspicion(signal, suspicion)}, so it makes no rows`;
  if (bytes === 0) return 'empty, so it makes no rows';
  if (itemCount === 0) return 'an empty request, so it makes no rows';
  const dropped = steps?.tallies.filter(tally => tally.dropped > 0) ?? [];
  const notes = [
    ...dropped.map(tally => `${tally.dropped} of ${itemCount} items make no row: ${tally.name} drops them`),
    ...switchedOff(filteredCount - dropped.reduce((sum, tally) => sum + tally.dropped, 0), itemCount),
    ...(steps?.failedItems ?? []).map(
      ({ itemIndex, step, message }) =>
        `item ${itemIndex} makes no row, but a dead letter: ${step}: ${message}`,
    ),
  ];
  return notes.length === 0 ? null : notes.join('; ');
}

function switchedOff(count: number, itemCount: number): string[] {
  return count > 0 ? [`${count} of ${itemCount} items make no row: their kind is switched off`] : [];
}

/** The config as `convert` takes it, but for what the user has set. */
export function forConvert(
  config: Config,
  origins: LoadedConfig['origins'],
  output: ConvertOptions['output'],
): Config {
  const shown = withAllMetricKinds(config, origins);
  // Rows for reading have times for reading.
  if (output === 'table' && !origins.has('time_format')) shown.time_format = 'text';
  return shown;
}

function tooLarge(name: string, { itemIndex, tooLargeBytes }: OutputMessage): InputInvalid {
  return new InputInvalid(
    `${name}: the row of item ${itemIndex} would have more than ${tooLargeBytes} bytes. ` +
      'A worker makes it a dead letter; a larger producer.max_message_bytes lets it be made.',
  );
}

/** The config with every metric kind on, but for those that the user switched off. */
function withAllMetricKinds(config: Config, origins: LoadedConfig['origins']): Config {
  const all = structuredClone(config);
  const { key: _, ...kinds } = all.metrics;
  for (const [name, kind] of Object.entries(kinds))
    if (!origins.has(`metrics.${name}.enabled`)) kind.enabled = true;
  return all;
}

async function orInputInvalid<T>(transform: () => T | Promise<T>, what: string): Promise<T> {
  try {
    return await transform();
  } catch (error) {
    if (error instanceof PoisonRecord) {
      const advice = error.reason === 'unknown_signal' ? '. Say which, such as --signal logs' : '';
      throw new InputInvalid(`${what}: ${error.message}${advice}`);
    }
    throw error;
  }
}
