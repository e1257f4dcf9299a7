import type { Header } from '../kafka/ports.js';

/** A Kafka message that is ready to be sent. */
export interface Message {
  topic: string;
  key: Buffer | null;
  value: Buffer | null;
  /** Of its own, beside those that all messages of a batch have. */
  headers?: readonly Header[];
  /** Left out, the client chooses it by the key. */
  partition?: number;
}
