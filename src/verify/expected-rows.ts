import type { Config } from '../config/schema.js';
import { encodingsByTopic } from '../encodings/encodings-of.js';
import type { InputRecord } from '../kafka/ports.js';
import { fitMessages } from '../messages/fit-messages.js';
import { rowHeaders } from '../messages/headers.js';
import { clientLimits } from '../messages/message-limits.js';
import type { ProcessedRecord } from '../messages/process-record.js';
import { withRowIds } from '../messages/row-id.js';
import { routesOf } from '../transform/route.js';
import type { FailedItem } from '../transform/steps/run-steps.js';
import type { OutputMessage } from '../transform/transform-record.js';

/**
 * The rows that a worker with this config would send for a record, each as a message without its row id, and those that it
 * would dead-letter. In the place of a row that is not made, because a rule failed, there is a value that no row has.
 */
export type ExpectedRows = (processed: ProcessedRecord) => readonly OutputMessage[];

/**
 * With `oversize.policy: truncate` a row is cut to what `producer.max_message_bytes` allows. What a topic takes that
 * allows less only a worker finds out: rows that were cut for that differ from these.
 */
export function expectedRows(config: Config): ExpectedRows {
  const limits = clientLimits(config.producer.max_message_bytes);
  const encodingOf = encodingsByTopic(config);
  const headersOf = rowHeaders(config);
  const withoutId = (message: OutputMessage): OutputMessage => ({
    ...message,
    value: encodingOf(message.topic).splitRowId(message.value).row,
  });
  const routes = routesOf(config);
  const notMade = (
    { itemIndex, kind, step }: FailedItem,
    { topic, partition, offset }: InputRecord,
  ): OutputMessage => ({
    topic: routes[kind].topic,
    key: null,
    value: Buffer.from(`no row, since ${step} failed: ${topic}/${partition}/${offset}/${itemIndex}`),
    itemIndex,
  });
  const madeOf = (processed: ProcessedRecord & { outcome: 'rows' }): readonly OutputMessage[] => {
    const { messages } = processed.transformed;
    // Row ids are no part of what is compared; but what a row has room for depends on them.
    if (config.oversize.policy === 'dead_letter') return messages;
    const identified = withRowIds(messages, processed.record, config.row_id, encodingOf);
    const headers = headersOf(processed.signal, processed.record);
    const { fitting, tooLarge } = fitMessages(identified, headers, limits, 'truncate', encodingOf);
    const expected = [...fitting, ...tooLarge];
    return config.row_id === 'column' ? expected.map(withoutId) : expected;
  };
  return processed => {
    if (processed.outcome !== 'rows') return [];
    const made = madeOf(processed);
    const failedItems = processed.transformed.steps?.failedItems ?? [];
    return failedItems.length === 0
      ? made
      : [...made, ...failedItems.map(failed => notMade(failed, processed.record))];
  };
}
