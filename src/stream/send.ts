import { KafkaFailure } from '../kafka/failure.js';
import type { Header, OutputProducer } from '../kafka/ports.js';
import type { Message } from '../messages/message.js';

/**
 * Hands messages to the producer in order, waiting whenever its queue is full.
 * @param waitForRoom in the queue; throws what ends the waiting.
 * @returns the positions of the messages that are larger than the producer takes.
 */
export async function sendAll(
  producer: OutputProducer,
  messages: readonly Message[],
  headers: readonly Header[] | undefined,
  waitForRoom: () => Promise<unknown> = () => producer.drain(),
): Promise<number[]> {
  const tooLarge: number[] = [];
  for (let position = 0; position < messages.length; position++) {
    const { topic, key, value, headers: own, partition } = messages[position] as Message;
    const all = own ? [...(headers ?? []), ...own] : headers;
    try {
      while (!producer.send(topic, key, value, all, partition)) await waitForRoom();
    } catch (error) {
      if (!(error instanceof KafkaFailure && error.kind === 'too_large')) throw error;
      tooLarge.push(position);
    }
  }
  return tooLarge;
}
