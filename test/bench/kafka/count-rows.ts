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

/** Which item a row is of: a number that is different for each. */
export type ItemOf = (row: Buffer) => number | null;

const NEWLINE = 0x0a;

/**
 * Reads the output topics to their ends.
 * @throws Error when a row tells no item.
 */
export async function countRows(
  brokers: string,
  topics: readonly string[],
  signal: Signal,
): Promise<RowCounts> {
  const counts = { rows: 0, messages: 0, valueBytes: 0 };
  const items = new Set<number>();
  const gaps = gapCounter();
  await visitAll(brokers, topics, ({ topic, partition, offset, value }) => {
    const name = `${topic}/${partition}`;
    gaps.visit(name, offset);
    counts.messages++;
    counts.valueBytes += value?.length ?? 0;
    for (const row of rowsOf(value ?? Buffer.alloc(0))) {
      const item = ITEM_OF[signal](row);
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

/** The rows of a message: one, or with `json_lines` several. */
export function* rowsOf(value: Buffer): Generator<Buffer> {
  for (let start = 0; start < value.length; ) {
    const newline = value.indexOf(NEWLINE, start);
    const end = newline < 0 ? value.length : newline;
    yield value.subarray(start, end);
    start = end + 1;
  }
}

/** The generator puts a counter into the second half of each span id, and into an attribute of each data point. */
export const ITEM_OF: Record<Signal, ItemOf> = {
  traces: row => numberAfter(row, '"SpanId":"', 8, 16),
  logs: row => numberAfter(row, '"SpanId":"', 8, 16),
  metrics: row => numberAfter(row, '"seq":"', 0, 10),
};

function numberAfter(row: Buffer, name: string, skip: number, radix: 10 | 16): number | null {
  const start = row.indexOf(name);
  if (start < 0) return null;
  const from = start + name.length + skip;
  const number = Number.parseInt(row.toString('latin1', from, from + 8), radix);
  return Number.isNaN(number) ? null : number;
}
