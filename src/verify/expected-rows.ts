import type { Config } from '../config/schema.js';
import { encodingsByTopic } from '../encodings/encodings-of.js';
import { fitMessages } from '../messages/fit-messages.js';
import { rowHeaders } from '../messages/headers.js';
import { clientLimits } from '../messages/message-limits.js';
import type { ProcessedRecord } from '../messages/process-record.js';
import { withRowIds } from '../messages/row-id.js';
import type { OutputMessage } from '../transform/transform-record.js';

/**
 * The rows that a worker with this config would send for a record, each as a message without its row id, and those that it
 * would dead-letter.
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
  return processed => {
    if (processed.outcome !== 'rows') return [];
    const { messages } = processed.transformed;
    // Row ids are no part of what is compared; but what a row has room for depends on them.
    if (config.oversize.policy === 'dead_letter') return messages;
    const identified = withRowIds(messages, processed.record, config.row_id, encodingOf);
    const headers = headersOf(processed.signal, processed.record);
    const { fitting, tooLarge } = fitMessages(identified, headers, limits, 'truncate', encodingOf);
    const expected = [...fitting, ...tooLarge];
    return config.row_id === 'column' ? expected.map(withoutId) : expected;
  };
}
