/** How large messages may be, in bytes before compression. */
export interface MessageLimits {
  /** No topic refuses a message up to this size, as far as known: for most rows the only number to compare with. */
  leastBytesMax(): number;
  bytesMaxOf(topic: string): number;
}

/** What the client counts on top of key, value and headers (`RD_KAFKAP_MESSAGE_V2_MAX_OVERHEAD`). */
const MESSAGE_OVERHEAD_BYTES = 36;

/** What the client takes of key, value and headers where its messages may have so many bytes (`producer.max_message_bytes`). */
export function clientBytesMaxOf(messageBytesMax: number): number {
  return messageBytesMax - MESSAGE_OVERHEAD_BYTES;
}

/** The limits where every topic takes what the client takes, as far as anyone knows. */
export function clientLimits(messageBytesMax: number): MessageLimits {
  const bytesMax = clientBytesMaxOf(messageBytesMax);
  return { leastBytesMax: () => bytesMax, bytesMaxOf: () => bytesMax };
}
