import type { LimitProbe } from '../kafka/ports.js';
import { clientBytesMaxOf, type MessageLimits } from '../messages/message-limits.js';
import { findLimit } from './find-limit.js';

/**
 * What the output topics take, as far as their brokers have shown: a topic's `max.message.bytes` can be lower than
 * `producer.max_message_bytes`, and the client cannot ask for it. It is found by trying once a batch was refused, and
 * looked up from then on, so that a row too large is found before it is sent and costs no transaction.
 *
 * Sizes are those of messages before compression. Whether a row fits then does not depend on the rows beside it.
 */
export interface TopicLimits extends MessageLimits {
  /** The largest batch that every topic takes, whatever it compresses to; at most `configuredBytes`. */
  batchBytesMax(configuredBytes: number): number;
  /** A broker refused a batch as too large. */
  refused(): void;
  /** Finds the limits, when a batch was refused since the last time. Changes nothing when that fails. */
  learn(openProbe: () => Promise<LimitProbe>): Promise<void>;
}

/** A limit that was raised meanwhile is noticed after so long. Trying too early costs one aborted batch. */
const REMEMBER_MS = 600_000;

/** A row and the message that its topic was tried with may differ by so much in what frames them. */
const SLACK_BYTES = 16;

export function topicLimits(
  settings: { topics: readonly string[]; messageBytesMax: number },
  events: { topicLimitFound(topic: string, bytesMax: number): void; topicLimitUnknown(reason: string): void },
  now: () => number = Date.now,
): TopicLimits {
  const clientBytesMax = clientBytesMaxOf(settings.messageBytesMax);
  let found = new Map<string, number>();
  let leastBytesMax = clientBytesMax;
  let foundAt = 0;
  let mustLearn = false;

  const forgetOld = (): void => {
    if (found.size > 0 && now() - foundAt > REMEMBER_MS) remember(new Map());
  };
  const remember = (limits: Map<string, number>): void => {
    found = limits;
    foundAt = now();
    leastBytesMax = Math.min(clientBytesMax, ...found.values());
  };

  return {
    leastBytesMax: () => {
      forgetOld();
      return leastBytesMax;
    },
    bytesMaxOf: topic => found.get(topic) ?? clientBytesMax,
    // The client takes no smaller setting; to a topic that takes nothing, nothing is sent.
    batchBytesMax: configuredBytes => Math.max(1, Math.min(configuredBytes, ...found.values())),
    refused: () => {
      mustLearn = true;
    },
    learn: async openProbe => {
      if (!mustLearn) return;
      const learned = new Map<string, number>();
      try {
        const probe = await openProbe();
        try {
          for (const topic of settings.topics) {
            const bytesMax = await findLimit(bytes => probe.accepts(topic, bytes), clientBytesMax);
            if (bytesMax === null) continue;
            learned.set(topic, Math.max(0, bytesMax - SLACK_BYTES));
            events.topicLimitFound(topic, bytesMax);
          }
        } finally {
          await probe.close();
        }
      } catch (error) {
        // The batch is refused again, and this is tried again, after a longer wait each time.
        events.topicLimitUnknown((error as Error).message);
        return;
      }
      remember(learned);
      mustLearn = false;
    },
  };
}
