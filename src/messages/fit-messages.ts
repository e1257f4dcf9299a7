import type { EncodingOfTopic } from '../encodings/encodings-of.js';
import type { Header } from '../kafka/ports.js';
import type { OutputMessage } from '../transform/transform-record.js';
import type { Message } from './message.js';
import type { MessageLimits } from './message-limits.js';

export type OversizePolicy = 'dead_letter' | 'truncate';

/** The messages of a record that can be sent, in their order, and those that cannot. */
export interface FittedMessages {
  fitting: readonly OutputMessage[];
  tooLarge: readonly OutputMessage[];
  /** How many of `fitting` were shortened. */
  truncatedCount: number;
}

/** Sorts out the messages that are larger than their topic takes; with `truncate`, shortens what can be shortened. */
export function fitMessages(
  messages: readonly OutputMessage[],
  headers: readonly Header[] | undefined,
  limits: MessageLimits,
  policy: OversizePolicy,
  encodingOf: EncodingOfTopic,
): FittedMessages {
  const headerBytes = headersBytes(headers);
  const leastBytesMax = limits.leastBytesMax();
  /** What a row takes as a message of its own. */
  const messageBytes = (message: OutputMessage): number =>
    ownBytes(message) + headerBytes + (encodingOf(message.topic).packing?.frameBytesMax ?? 0);
  // Nearly always nothing is too large: then one comparison per row, and nothing is copied.
  if (
    messages.every(message => message.tooLargeBytes === undefined && messageBytes(message) <= leastBytesMax)
  ) {
    return { fitting: messages, tooLarge: [], truncatedCount: 0 };
  }
  const fitting: OutputMessage[] = [];
  const tooLarge: OutputMessage[] = [];
  let truncatedCount = 0;
  for (const message of messages) {
    if (message.tooLargeBytes !== undefined) {
      tooLarge.push(message);
      continue;
    }
    const excess = messageBytes(message) - limits.bytesMaxOf(message.topic);
    if (excess <= 0) {
      fitting.push(message);
      continue;
    }
    const value =
      policy === 'truncate'
        ? encodingOf(message.topic).shorten(message.value, message.value.length - excess)
        : null;
    if (value === null) {
      tooLarge.push(message);
    } else {
      fitting.push({ ...message, value });
      truncatedCount += 1;
    }
  }
  return { fitting, tooLarge, truncatedCount };
}

/** Whether a message with headers of its own is no larger than its topic takes, as far as known. */
export function fitsTopic(message: Message, limits: Pick<MessageLimits, 'bytesMaxOf'>): boolean {
  return ownBytes(message) <= limits.bytesMaxOf(message.topic);
}

function ownBytes({ key, value, headers }: Message): number {
  return (key?.length ?? 0) + (value?.length ?? 0) + (headers ? headersBytes(headers) : 0);
}

/** Lengths are written before names and values; so many bytes are enough for any. */
const HEADER_FRAME_BYTES = 8;

/** What headers add to a message. */
export function headersBytes(headers: readonly Header[] = []): number {
  return headers.reduce((sum, { key, value }) => sum + key.length + value.length + HEADER_FRAME_BYTES, 0);
}
