import { randomInt } from 'node:crypto';
import type { Packing } from '../encodings/encoding.js';
import type { EncodingOfTopic } from '../encodings/encodings-of.js';
import type { ChoosePartition } from '../kafka/partitioner.js';
import type { Header, InputRecord } from '../kafka/ports.js';
import { headersBytes } from '../messages/fit-messages.js';
import { sameHeaders } from '../messages/headers.js';
import { defectOf } from '../messages/process-record.js';
import type { OutputMessage } from '../transform/transform-record.js';
import type { Delivery } from './delivery.js';
import { chunkPool, type RowsChunk } from './rows-chunk.js';
import type { TopicLimits } from './topic-limits.js';

/** The record that rows are made of. */
export interface RowSource {
  readonly record: InputRecord;
  /** Rows that it has become, with those that are too large. */
  readonly rowCount: number;
}

/** A row that could not be sent, after it had been counted as one. */
export interface RefusedRow {
  readonly source: RowSource;
  readonly row: OutputMessage;
  /** Why it could not even be made a message; without it, it is too large for its topic. */
  readonly defect: Error | null;
}

/**
 * Gathers the rows of a batch by output partition, over all of its records, for the encodings whose messages hold many rows
 * (`Packing.holds`). A message is sent when it is full, and the last ones before the batch is committed, so none holds rows of
 * two transactions. Rows of a partition keep their order.
 */
export interface GatherRows {
  /** A batch begins. What an earlier one has left, which failed, is dropped. */
  begin(): void;
  /** Whether rows to this topic are gathered. */
  takes(topic: string): boolean;
  /**
   * Takes rows that fit into a message each. Their memory may be used again afterwards.
   *
   * @param headers of the record's messages; no message holds rows of a record with others.
   * @throws AbortBatch, Fenced
   */
  add(
    delivery: Delivery,
    source: RowSource,
    rows: readonly OutputMessage[],
    headers: readonly Header[] | undefined,
  ): Promise<RefusedRow[]>;
  /** Sends what is left. @throws AbortBatch, Fenced */
  finish(delivery: Delivery): Promise<RefusedRow[]>;
}

/** The rows of one partition that are not sent yet. */
interface Group {
  readonly partition: number;
  readonly chunk: RowsChunk;
  readonly itemIndexes: number[];
  readonly sources: RowSource[];
}

interface Topic {
  readonly name: string;
  readonly packing: Packing;
  /** By partition: those that hold rows. */
  readonly groups: (Group | undefined)[];
  /** As it was at the first row of the batch: rows of one key go to one partition. 0 = not asked for yet. */
  partitionCount: number;
  /** Where rows without a key go until a message is full; then to another. */
  anyPartition: number | null;
}

/**
 * @param topics that rows go to.
 * @param bytesMax how much is held of all topics together; then all of it is sent.
 * @returns null when no rows need be gathered, so that others pay nothing for it.
 */
export function rowsGatherer(
  topics: readonly string[],
  encodingOf: EncodingOfTopic,
  choosePartition: ChoosePartition,
  limits: Pick<TopicLimits, 'bytesMaxOf'>,
  bytesMax: number,
): GatherRows | null {
  const gathered = new Map<string, Topic>();
  for (const name of topics) {
    const { packing } = encodingOf(name);
    if (packing?.holds !== 'rows_of_partition') continue;
    gathered.set(name, { name, packing, groups: [], partitionCount: 0, anyPartition: null });
  }
  if (gathered.size === 0) return null;
  const newChunk = chunkPool(bytesMax);
  let heldBytes = 0;
  /** Of the rows that are held. */
  let heldHeaders: readonly Header[] | undefined;
  let last: Topic | undefined;

  /** Neighbours mostly go to one topic, and comparing is cheaper than looking up. */
  const find = (name: string): Topic | undefined => {
    if (last?.name !== name) last = gathered.get(name);
    return last;
  };

  const partitionOf = (topic: Topic, key: Buffer | null): number => {
    const chosen = choosePartition(key, topic.partitionCount);
    if (chosen !== null) return chosen;
    topic.anyPartition ??= randomInt(topic.partitionCount);
    return topic.anyPartition;
  };

  const groupOf = (topic: Topic, partition: number): Group => {
    const open = topic.groups[partition];
    if (open) return open;
    const group = { partition, chunk: newChunk(), itemIndexes: [], sources: [] };
    topic.groups[partition] = group;
    return group;
  };

  /** Sends one message of the rows of a group. */
  const send = async (delivery: Delivery, topic: Topic, group: Group): Promise<RefusedRow[]> => {
    topic.groups[group.partition] = undefined;
    if (topic.anyPartition === group.partition) topic.anyPartition = null;
    heldBytes -= group.chunk.bytes();
    const refused = await sendRows(delivery, topic, group, heldHeaders);
    group.chunk.release();
    return refused;
  };

  const sendAll = async (delivery: Delivery): Promise<RefusedRow[]> => {
    const refused: RefusedRow[] = [];
    for (const topic of gathered.values()) {
      for (const group of topic.groups) {
        if (group) refused.push(...(await send(delivery, topic, group)));
      }
    }
    return refused;
  };

  return {
    begin: () => {
      heldBytes = 0;
      heldHeaders = undefined;
      for (const topic of gathered.values()) {
        for (const group of topic.groups) group?.chunk.release();
        topic.groups.length = 0;
        topic.partitionCount = 0;
        topic.anyPartition = null;
      }
    },

    takes: topic => find(topic) !== undefined,

    add: async (delivery, source, rows, headers) => {
      const refused: RefusedRow[] = [];
      if (!sameHeaders(headers, heldHeaders)) refused.push(...(await sendAll(delivery)));
      heldHeaders = headers;
      const headerBytes = headersBytes(headers);
      for (const { topic: name, key, value, itemIndex } of rows) {
        const topic = find(name);
        if (topic === undefined) throw new Error(`rows to ${name} are not gathered`);
        if (topic.partitionCount === 0) topic.partitionCount = await delivery.partitionCount(name);
        let group = groupOf(topic, partitionOf(topic, key));
        if (isFull(group, value.length, topic.packing, limits.bytesMaxOf(name) - headerBytes)) {
          refused.push(...(await send(delivery, topic, group)));
          // Without a key it may be another one now.
          group = groupOf(topic, partitionOf(topic, key));
        }
        group.chunk.add(value);
        group.itemIndexes.push(itemIndex);
        group.sources.push(source);
        heldBytes += value.length;
        if (heldBytes >= bytesMax) refused.push(...(await sendAll(delivery)));
      }
      return refused;
    },

    finish: sendAll,
  };
}

/** Whether a message of the group has no room for one more row of so many bytes. */
function isFull({ chunk }: Group, rowBytes: number, packing: Packing, messageBytesMax: number): boolean {
  const count = chunk.count();
  if (count === 0) return false;
  const bytes = packing.frameBytesMax + chunk.bytes() + count * packing.betweenBytes + rowBytes;
  return count >= packing.rowsMax || bytes > Math.min(packing.bytesMax, messageBytesMax);
}

/** Sends rows as one message, or each as one of its own where that is refused. @returns those that are refused even so. */
async function sendRows(
  delivery: Delivery,
  { name: topic, packing }: Topic,
  { partition, chunk, itemIndexes, sources }: Group,
  headers: readonly Header[] | undefined,
): Promise<RefusedRow[]> {
  const values = chunk.rows();
  const sendOnce = async (rows: readonly { value: Buffer }[]): Promise<'sent' | 'too_large' | Error> => {
    let value: Buffer;
    try {
      value = packing.join(rows);
    } catch (error) {
      return defectOf(error);
    }
    const refused = await delivery.send([{ topic, key: null, value, partition }], headers);
    return refused.length === 0 ? 'sent' : 'too_large';
  };

  if ((await sendOnce(values)) === 'sent') return [];
  const refused: RefusedRow[] = [];
  for (const [i, row] of values.entries()) {
    const outcome = await sendOnce([row]);
    if (outcome === 'sent') continue;
    refused.push({
      source: sources[i] as RowSource,
      // A copy: the memory of the row is another's as soon as this is answered.
      row: { topic, key: null, value: Buffer.from(row.value), itemIndex: itemIndexes[i] as number },
      defect: outcome === 'too_large' ? null : outcome,
    });
  }
  return refused;
}
