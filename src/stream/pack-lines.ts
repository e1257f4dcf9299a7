import { lineTopics } from '../config/output-topics.js';
import type { Config } from '../config/schema.js';
import type { OutputMessage } from '../transform/transform-record.js';
import type { Message } from './delivery.js';

/** A message and the rows that it holds, newline-separated when there are several. */
export interface PackedMessage extends Message {
  rows: readonly OutputMessage[];
}

/**
 * Packs rows of one topic and key into messages of several rows: `encoding: json_lines`. Rows of one key keep their order.
 * ClickHouse's Kafka engine reads such messages as it reads single rows (JSONEachRow).
 *
 * @param messages of one record, each a row.
 * @param bytesMaxOf bounds a message to a topic, key and value together, on top of `json_lines.max_bytes`.
 */
export type PackLines = (
  messages: readonly OutputMessage[],
  bytesMaxOf: (topic: string) => number,
) => PackedMessage[];

/** @returns null when no output is packed, so that others pay nothing for it. */
export function linesPacker(
  config: Pick<Config, 'traces' | 'logs' | 'metrics' | 'json_lines'>,
): PackLines | null {
  const topics = lineTopics(config);
  if (topics.size === 0) return null;

  return (messages, bytesMaxOf) => {
    const groups: Group[] = [];
    const open = new Map<string, Group>();
    let last: Group | undefined;
    for (const message of messages) {
      const { topic, key, value } = message;
      if (!topics.has(topic)) {
        groups.push({ topic, key, rows: [message], bytes: value.length });
        continue;
      }
      // Neighbours mostly have one key, and comparing is cheaper than looking up.
      let group = last && isOf(last, message) ? last : open.get(nameOf(message));
      const bytesMax = Math.min(config.json_lines.max_bytes, bytesMaxOf(topic) - (key?.length ?? 0));
      if (!group || group.bytes + 1 + value.length > bytesMax) {
        group = { topic, key, rows: [], bytes: -1 };
        groups.push(group);
        open.set(nameOf(message), group);
      }
      group.rows.push(message);
      group.bytes += 1 + value.length;
      last = group;
    }
    return groups.map(({ topic, key, rows, bytes }) => ({ topic, key, value: joinLines(rows, bytes), rows }));
  };
}

interface Group {
  topic: string;
  key: Buffer | null;
  rows: OutputMessage[];
  bytes: number;
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

const NEWLINE = 0x0a;

/** @param bytes of all the rows and the newlines between them. */
function joinLines(rows: readonly OutputMessage[], bytes: number): Buffer {
  return inPlace(rows, bytes) ?? copied(rows, bytes);
}

/** The kernel writes the rows of a record one after the other, a newline after each: then nothing need be copied. */
function inPlace(rows: readonly OutputMessage[], bytes: number): Buffer | null {
  const { buffer, byteOffset } = (rows[0] as OutputMessage).value;
  if (byteOffset + bytes > buffer.byteLength) return null;
  const joined = Buffer.from(buffer, byteOffset, bytes);
  let start = 0;
  for (const { value } of rows) {
    if (value.buffer !== buffer || value.byteOffset !== byteOffset + start) return null;
    if (start > 0 && joined[start - 1] !== NEWLINE) return null;
    start += value.length + 1;
  }
  return joined;
}

function copied(rows: readonly OutputMessage[], bytes: number): Buffer {
  const joined = Buffer.allocUnsafe(bytes);
  let end = 0;
  for (const { value } of rows) {
    if (end > 0) joined[end++] = NEWLINE;
    end += value.copy(joined, end);
  }
  return joined;
}
