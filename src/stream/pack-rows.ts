import type { Packing } from '../encodings/encoding.js';
import type { EncodingOfTopic } from '../encodings/encodings-of.js';
import type { Message } from '../messages/message.js';
import type { OutputMessage } from '../transform/transform-record.js';

/** A message and the rows that it holds. */
export interface PackedMessage extends Message {
  rows: readonly OutputMessage[];
}

/**
 * Packs rows of one topic and key into messages of several rows, where the encoding has a way. Rows of one key keep their
 * order.
 *
 * @param messages of one record, each a row.
 * @param bytesMaxOf bounds a message to a topic, key and value together, on top of what the encoding says.
 */
export type PackRows = (
  messages: readonly OutputMessage[],
  bytesMaxOf: (topic: string) => number,
) => PackedMessage[];

/**
 * @param topics that rows go to.
 * @returns null when no output is packed, so that others pay nothing for it.
 */
export function rowsPacker(topics: readonly string[], encodingOf: EncodingOfTopic): PackRows | null {
  const packings = new Map<string, Packing>();
  for (const topic of topics) {
    const { packing } = encodingOf(topic);
    if (packing?.holds === 'rows_of_key') packings.set(topic, packing);
  }
  if (packings.size === 0) return null;

  return (messages, bytesMaxOf) => {
    const groups: Group[] = [];
    const open = new Map<string, Group>();
    let last: Group | undefined;
    for (const message of messages) {
      const { topic, key, value } = message;
      const packing = packings.get(topic);
      if (packing === undefined) {
        groups.push({ topic, key, rows: [message], bytes: value.length, packing: null });
        continue;
      }
      // Neighbours mostly have one key, and comparing is cheaper than looking up.
      let group = last && isOf(last, message) ? last : open.get(nameOf(message));
      const bytesMax = Math.min(packing.bytesMax, bytesMaxOf(topic) - (key?.length ?? 0));
      const added = packing.betweenBytes + value.length;
      if (!group || group.bytes + added > bytesMax || group.rows.length >= packing.rowsMax) {
        group = { topic, key, rows: [], bytes: packing.frameBytesMax - packing.betweenBytes, packing };
        groups.push(group);
        open.set(nameOf(message), group);
      }
      group.rows.push(message);
      group.bytes += added;
      last = group;
    }
    return groups.map(({ topic, key, rows, packing }) => ({
      topic,
      key,
      value: packing ? packing.join(rows) : (rows[0] as OutputMessage).value,
      rows,
    }));
  };
}

interface Group {
  topic: string;
  key: Buffer | null;
  rows: OutputMessage[];
  bytes: number;
  packing: Packing | null;
}

function isOf(group: Group, { topic, key }: OutputMessage): boolean {
  return (
    group.topic === topic &&
    (group.key === key || (group.key !== null && key !== null && group.key.equals(key)))
  );
}

function nameOf({ topic, key }: OutputMessage): string {
  return `${topic}/${key === null ? '' : key.toString('latin1')}/${key === null}`;
}
