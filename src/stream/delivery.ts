import type { Header, NextOffset } from '../kafka/ports.js';
import type { Message } from '../messages/message.js';

/**
 * How the messages and the next offsets of a batch reach Kafka. `transaction.ts` is the one for exactly-once;
 * `at-least-once.ts` and `dry-run.ts` are the same steps with weaker promises.
 */
export interface Delivery {
  /** Within how many milliseconds of its first message a batch must be final. */
  readonly timeMaxMs: number;
  /** Makes it usable, after start and after `Fenced`. Waits for brokers that are away. */
  open(): Promise<void>;
  /**
   * Sends messages as part of the batch.
   * @param headers that all of them have.
   * @returns the positions of those that are too large and can never be sent; the batch is not harmed by them.
   * @throws AbortBatch, Fenced
   */
  send(messages: readonly Message[], headers?: readonly Header[]): Promise<number[]>;
  /**
   * How many partitions a topic has now, for messages that say theirs.
   * @throws AbortBatch, Fenced when that cannot be found out.
   */
  partitionCount(topic: string): Promise<number>;
  /**
   * Makes the batch final: its messages and where reading goes on.
   * @throws AbortBatch when nothing of it was kept and it may be done again after `abort`.
   * @throws Fenced when it may or may not have been kept: only the committed offsets tell, after `open`.
   */
  commit(nextOffsets: readonly NextOffset[]): Promise<void>;
  /** Drops what was sent since the last commit. @throws Fenced */
  abort(): Promise<void>;
  /**
   * Tells brokers that are away from a batch that is too large for its time: whether a batch without rows would be final in
   * a part of the time. Nothing of it is kept.
   *
   * @param topics of which every partition must take a small message.
   * @param at where reading goes on now; the group's coordinator must take it.
   * @throws AbortBatch, Fenced when that fails.
   */
  brokersAnswer(topics: readonly string[], at: NextOffset): Promise<boolean>;
  close(): Promise<void>;
}
