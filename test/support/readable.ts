import type { TransformedRecord } from '../../src/transform/transform-record.js';

/** What a transform made, in a form that shows the difference to what another made, where there is one. */
export function readable({ messages, itemCount, filteredCount }: TransformedRecord) {
  return {
    itemCount,
    filteredCount,
    messages: messages.map(({ topic, key, value, itemIndex }) => ({
      topic,
      key: key?.toString('latin1') ?? null,
      value: value.toString('latin1'),
      itemIndex,
    })),
  };
}
