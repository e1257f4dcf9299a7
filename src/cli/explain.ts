import type { Writable } from 'node:stream';
import type { Config } from '../config/schema.js';
import { PARTITIONERS } from '../kafka/partitioner.js';
import type { KafkaClients } from '../kafka/ports.js';
import { type ExplainedItem, type ExplainedRecord, recordExplainer } from './explain/explain-record.js';
import { explainedJson, renderItem, renderRecord } from './explain/render-explained.js';
import { painterFor } from './paint.js';
import { fileRecords } from './records/file-records.js';
import type { ReadingOptions, RecordSource } from './records/record-source.js';
import { type OpenTopic, withTopic } from './records/topic-records.js';
import { noteNoTransforms } from './transforms-of.js';

export interface ExplainOptions extends ReadingOptions {
  /** Paths, or `-` for standard input. */
  files: readonly string[];
  fromTopic?: string;
  /** A record of the topic, as `partition:offset`. */
  at?: string;
  /** Of the topic, the newest. */
  records: number;
  /** One item of each record. */
  item?: number;
  /** Items at most. */
  limit: number;
  output: 'text' | 'json';
}

/** Where `explain` writes. */
export interface ExplainOutput {
  out: Writable & { isTTY?: boolean };
  /** What is to be known of the records beside their items, a line for each. */
  notes: Writable;
}

/**
 * `otelrows explain`: what a worker with this config does with the items of records, step by step.
 *
 * @throws InputInvalid when files or records are not there. @throws Fatal when brokers do not allow it.
 */
export async function explain(
  config: Config,
  kafka: KafkaClients,
  options: ExplainOptions,
  { out, notes }: ExplainOutput,
): Promise<void> {
  noteNoTransforms(config, notes);
  const show = await createShow(config, options, { out, notes });
  if (options.fromTopic === undefined) {
    for (const file of options.files) {
      let count = 0;
      for await (const source of fileRecords(file, config, options)) {
        await show.record(source, async () => null);
        count += 1;
      }
      if (count === 0)
        notes.write(`${file === '-' ? 'standard input' : file}: empty, so there is no message in it\n`);
    }
  } else {
    const { fromTopic: topic, at, records } = options;
    const wanted = { topic, records: records + NEIGHBOURS, ...(at === undefined ? {} : { at }) };
    await withTopic(config, kafka, wanted, options, async opened => {
      for (const source of await newest(opened, records)) await show.record(source, partitionsOf(opened));
      return true;
    });
  }
  show.end();
}

/** Offsets that are looked at beyond the records that are wanted: some are markers of transactions. */
const NEIGHBOURS = 30;

/** By their times, since no partition knows of the others. */
async function newest(topic: OpenTopic, count: number): Promise<RecordSource[]> {
  let kept: RecordSource[] = [];
  await topic.read(source => {
    kept = [...kept, source]
      .sort((a, b) => (a.record.timestampMs ?? 0) - (b.record.timestampMs ?? 0))
      .slice(-count);
  });
  return kept;
}

type PartitionCount = (topic: string) => Promise<number | null>;

function partitionsOf(opened: OpenTopic): PartitionCount {
  const known = new Map<string, Promise<number | null>>();
  return topic => {
    const count = known.get(topic) ?? opened.partitionCount(topic);
    known.set(topic, count);
    return count;
  };
}

/** Shows the items of one record after the other, until the limit. */
async function createShow(
  config: Config,
  { item, limit, output }: ExplainOptions,
  { out, notes }: ExplainOutput,
) {
  const explainRecord = await recordExplainer(config);
  const choosePartition = PARTITIONERS[config.producer.partitioner];
  const paint = painterFor(out);
  let [shownCount, otherCount] = [0, 0];

  const partitionFor = async ({ fate }: ExplainedItem, count: PartitionCount): Promise<number | null> => {
    if (fate.kind !== 'row') return null;
    const partitions = await count(fate.topic);
    return partitions === null ? null : choosePartition(fate.key, partitions);
  };

  const noteItems = (source: RecordSource, explained: ExplainedRecord): void => {
    if (explained.outcome !== 'items') return;
    const { itemCount } = explained;
    if (itemCount === 0) notes.write(`${source.name}: holds no items, so it makes no rows\n`);
    else if (item !== undefined && item >= itemCount) {
      notes.write(`${source.name}: there is no item ${item}: it holds ${itemCount}, counted from 0\n`);
    } else if (item === undefined) otherCount += itemCount - explained.items.length;
  };

  return {
    record: async (source: RecordSource, count: PartitionCount): Promise<void> => {
      const room = limit - shownCount;
      const explained = await explainRecord(source, index =>
        item === undefined ? index < room : index === item && room > 0,
      );
      noteItems(source, explained);
      if (explained.outcome === 'dead_letter') {
        out.write(
          output === 'json' ? explainedJson(source, explained) : renderRecord(source, explained, paint),
        );
        return;
      }
      for (const one of explained.items) {
        shownCount += 1;
        const partition = await partitionFor(one, count);
        out.write(
          output === 'json'
            ? explainedJson(source, one, partition)
            : renderItem(source, one, partition, paint),
        );
      }
    },
    end: (): void => {
      if (otherCount === 0) return;
      const items =
        otherCount === 1 ? '1 more item is' : `${otherCount.toLocaleString('en-US')} more items are`;
      notes.write(`${items} not shown: --limit shows more, --item one of them\n`);
    },
  };
}
