import type { RowEncoding } from '../../../src/encodings/encoding.js';
import type { EncodingOfTopic } from '../../../src/encodings/encodings-of.js';
import type { Signal } from '../../../src/transform/decode/otlp.js';
import { endOffsets, visitAll } from '../../support/kafka-client.js';

/** What committed readers find in the output topics. */
export interface RowCounts {
  rows: number;
  /** Different items among them. */
  items: number;
  messages: number;
  /** Of values, before compression. */
  valueBytes: number;
  /** Gaps between the messages of the partition with most: a transaction leaves its marker, an aborted one its rows too. */
  transactions: number;
}

/**
 * Reads the output topics to their ends.
 * @param encodingOf of the config that the rows were written with.
 * @throws Error when a row tells no item.
 */
export async function countRows(
  brokers: string,
  topics: readonly string[],
  signal: Signal,
  encodingOf: EncodingOfTopic,
): Promise<RowCounts> {
  const counts = { rows: 0, messages: 0, valueBytes: 0 };
  const items = new Set<number>();
  const gaps = gapCounter();
  await visitAll(brokers, topics, ({ topic, partition, offset, value }) => {
    const name = `${topic}/${partition}`;
    gaps.visit(name, offset);
    counts.messages++;
    counts.valueBytes += value?.length ?? 0;
    const encoding = encodingOf(topic);
    for (const { row } of encoding.rowsIn(value ?? Buffer.alloc(0))) {
      const item = itemOf(encoding, signal, row);
      if (item === null) throw new Error(`${name} holds a row that tells no item: ${row.subarray(0, 200)}`);
      items.add(item);
      counts.rows++;
    }
  });
  for (const topic of topics) {
    for (const [partition, end] of await endOffsets(brokers, topic, 'read_uncommitted'))
      gaps.visit(`${topic}/${partition}`, end);
  }
  return { ...counts, items: items.size, transactions: gaps.most() };
}

/** Counts, by partition, where offsets were left out. Visited in order, and at last the end of each partition. */
export function gapCounter(): { visit(partition: string, offset: number): void; most(): number } {
  const expected = new Map<string, number>();
  const gaps = new Map<string, number>();
  return {
    visit: (partition, offset) => {
      if (offset > (expected.get(partition) ?? 0)) gaps.set(partition, (gaps.get(partition) ?? 0) + 1);
      expected.set(partition, offset + 1);
    },
    most: () => Math.max(0, ...gaps.values()),
  };
}

/**
 * Which item a row is of: the generator puts a counter into the second half of each span id, and into an attribute of each
 * data point.
 *
 * @returns a number that is different for each; null when the row tells none.
 */
export function itemOf(encoding: RowEncoding, signal: Signal, row: Buffer): number | null {
  if (signal === 'traces') return numberIn(encoding.spanIds(row), /\/[\da-f]{8}([\da-f]{8})$/, 16);
  const text = encoding.toJson(row);
  return signal === 'logs'
    ? numberIn(text, /"SpanId":"[\da-f]{8}([\da-f]{8})"/, 16)
    : numberIn(text, /"seq":"(\d+)"/, 10);
}

function numberIn(text: string | null, pattern: RegExp, radix: 10 | 16): number | null {
  const digits = text === null ? undefined : pattern.exec(text)?.[1];
  return digits === undefined ? null : Number.parseInt(digits, radix);
}
