import { inputFinder } from '../config/inputs.js';
import type { RowEncoding } from '../encodings/encoding.js';
import { encodingsByTopic } from '../encodings/encodings-of.js';
import { stringMembers } from '../encodings/json/members.js';
import type { InputRecord, NextOffset, TopicPartition } from '../kafka/ports.js';
import { readRanges } from '../kafka/read-ranges.js';
import { loadTransform } from '../load-transform.js';
import { processRecord } from '../messages/process-record.js';
import type { VerifyParts } from './comparison.js';
import { expectedRows } from './expected-rows.js';
import type { Coordinates } from './ledger.js';
import type { ReportedExample } from './report.js';
import { type Example, FAULTS, type Fault } from './settle.js';
import type { ComparedTopics } from './topics.js';

/** What people know rows by; each kind has some of them. */
const TELLING = [
  'TraceId',
  'SpanId',
  'ServiceName',
  'SpanName',
  'Body',
  'MetricName',
  'Timestamp',
  'TimeUnix',
];
const TEXT_MAX = 80;
const STALL_MS = 20_000;

/** Reads the rows of examples once more, since the ledger has only their hashes, and says where they stand. */
export async function describeExamples(
  parts: VerifyParts,
  places: readonly TopicPartition[],
  topics: ComparedTopics,
  examples: Record<Fault, Example[]>,
): Promise<Record<Fault, ReportedExample[]>> {
  const rowOf = await rowReader(parts, topics);
  const placed = ({ place, offset }: Coordinates): NextOffset => ({
    ...(places[place] as TopicPartition),
    offset,
  });
  const row = (at: Coordinates) => ({ ...placed(at), rowIndex: at.itemIndex });
  const item = (at: Coordinates) => ({ ...placed(at), itemIndex: at.itemIndex });
  const describe = async ({ rows, sources, written }: Example): Promise<ReportedExample> => ({
    rows,
    row: await rowOf(written.map(row)[0], sources.map(item)[0]),
    sources: sources.map(item),
    written: written.map(row),
  });
  const described = {} as Record<Fault, ReportedExample[]>;
  for (const fault of FAULTS) {
    described[fault] = [];
    for (const example of examples[fault]) described[fault].push(await describe(example));
  }
  return described;
}

async function rowReader({ config, reader, signal }: VerifyParts, topics: ComparedTopics) {
  const rowsOf = expectedRows(config);
  const encodingOf = encodingsByTopic(config);
  const parts = {
    inputOf: inputFinder([...topics.inputs].map(([topic, input]) => ({ ...input, topic }))),
    transform: await loadTransform(config),
    recordBytesMax: config.limits.max_record_bytes,
  };

  const readOne = async ({ topic, partition, offset }: NextOffset): Promise<InputRecord | null> => {
    let found: InputRecord | null = null;
    await readRanges(
      reader,
      [{ topic, partition, from: offset, to: offset + 1 }],
      record => {
        found = record;
      },
      { signal, stallMsMax: STALL_MS, onProgress: () => undefined },
    );
    return found;
  };

  /** The row itself, or where there is none the one that the item would be. */
  return async (
    written: (NextOffset & { rowIndex: number }) | undefined,
    source: (NextOffset & { itemIndex: number }) | undefined,
  ): Promise<Record<string, string>> => {
    if (written) {
      const encoding = topics.encodingOf(topics.outputs.get(written.topic) ?? 0);
      const value = (await readOne(written))?.value ?? null;
      return telling(value && (encoding.rowsIn(value)[written.rowIndex]?.row ?? null), encoding);
    }
    const record = source && (await readOne(source));
    if (!record) return {};
    const processed = await processRecord(record, parts);
    const row = rowsOf(processed).find(({ itemIndex }) => itemIndex === source.itemIndex);
    return row ? telling(row.value, encodingOf(row.topic)) : telling(null);
  };
}

function telling(row: Buffer | null, encoding?: RowEncoding): Record<string, string> {
  if (row === null) return { value: 'null' };
  const json = encoding?.toJson(row) ?? null;
  const members = json === null ? null : stringMembers(Buffer.from(json), new Set(TELLING));
  if (members === null) return { value: shortened(row.toString('utf8')) };
  return Object.fromEntries(
    TELLING.flatMap(name => {
      const text = members.get(name);
      return text === undefined ? [] : [[name, shortened(text)]];
    }),
  );
}

function shortened(text: string): string {
  return text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX - 1)}…` : text;
}
