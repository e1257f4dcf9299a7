import type { Config } from '../config/schema.js';
import type { ProcessedRecord } from '../stream/batch.js';
import { fitMessages } from '../stream/fit-messages.js';
import { standardHeaders } from '../stream/headers.js';
import { withRowIds } from '../stream/row-id.js';
import { topicLimits } from '../stream/topic-limits.js';
import type { OutputMessage } from '../transform/transform-record.js';

/** The messages that a worker with this config would send for a record, and those that it would dead-letter. */
export type ExpectedRows = (processed: ProcessedRecord) => readonly OutputMessage[];

/**
 * With `oversize.policy: truncate` a row is cut to what `producer.max_message_bytes` allows. What a topic takes that
 * allows less only a worker finds out: rows that were cut for that differ from these.
 */
export function expectedRows(config: Config): ExpectedRows {
  const limits = topicLimits(
    { topics: [], messageBytesMax: config.producer.max_message_bytes },
    { topicLimitFound: () => undefined, topicLimitUnknown: () => undefined },
  );
  return processed => {
    if (processed.outcome !== 'rows') return [];
    const { messages } = processed.transformed;
    // Row ids are no part of what is compared; but what a row has room for depends on them.
    if (config.oversize.policy === 'dead_letter') return messages;
    const identified = withRowIds(messages, processed.record, config.row_id);
    const headers =
      config.headers === 'standard'
        ? standardHeaders(processed.signal, config.row_format, processed.record)
        : undefined;
    const { fitting, tooLarge } = fitMessages(identified, headers, limits, 'truncate');
    return [...fitting, ...tooLarge];
  };
}
