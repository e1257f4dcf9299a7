import { Fatal } from '../errors.js';
import type { InputRecord } from '../kafka/ports.js';
import type { BatchTally } from '../observe/counters.js';
import type { Events } from '../observe/events.js';
import type { OutputMessage } from '../transform/transform-record.js';
import type { ProcessedRecord } from './batch.js';
import { type DeadLetter, deadLetter, type Problem, withoutContent, withoutValue } from './dead-letter.js';
import type { Delivery } from './delivery.js';
import { standardHeaders } from './headers.js';

/**
 * Sends the rows of a processed record, and a dead letter for what has none.
 * @param tally counts what was sent; it is worth something once the batch is committed.
 * @throws AbortBatch, Fenced, Fatal
 */
export type SendRecord = (delivery: Delivery, processed: ProcessedRecord, tally: BatchTally) => Promise<void>;

export function recordSender(
  settings: { deadLetterTopic: string; headers: 'none' | 'standard'; rowFormat: string },
  events: Pick<Events, 'deadLettered' | 'valueLeftOut'>,
): SendRecord {
  const sendDeadLetter = async (delivery: Delivery, record: InputRecord, problem: Problem): Promise<void> => {
    const letter = deadLetter(settings.deadLetterTopic, record, problem, new Date());
    events.deadLettered(record, problem);
    if (await fits(delivery, letter)) return;
    events.valueLeftOut(record);
    if (await fits(delivery, withoutValue(letter))) return;
    if (await fits(delivery, withoutContent(letter, record))) return;
    throw new Fatal(
      `${record.topic}-${record.partition} offset ${record.offset} cannot be dead-lettered: ` +
        'not even its coordinates fit into producer.max_message_bytes. Set it to at least 10000.',
    );
  };

  return async (delivery, processed, tally) => {
    const { record, signal } = processed;
    tally.records += 1;
    if (processed.outcome === 'poison') {
      tally.deadLetteredRecords += 1;
      return sendDeadLetter(delivery, record, undecodable(processed.error));
    }
    const { messages, itemCount, filteredCount } = processed.transformed;
    const headers =
      settings.headers === 'standard' ? standardHeaders(signal, settings.rowFormat, record) : undefined;
    const tooLarge = await delivery.send(messages, headers);
    tally.items += itemCount;
    tally.filtered += filteredCount;
    tally.rows += messages.length - tooLarge.length;
    tally.deadLetteredItems += tooLarge.length;
    for (const { value } of messages) tally.rowBytes += value.length;
    if (tooLarge.length > 0) await sendDeadLetter(delivery, record, oversize(messages, tooLarge));
  };
}

async function fits(delivery: Delivery, letter: DeadLetter): Promise<boolean> {
  return (await delivery.send([letter], letter.headers)).length === 0;
}

/**
 * Every item that was decoded is a row, filtered, or dead-lettered.
 * @throws Error when one is not: a defect of otelrows, and better seen than committed.
 */
export function checkBooks({ items, rows, filtered, deadLetteredItems }: BatchTally): void {
  if (items !== rows + filtered + deadLetteredItems) {
    throw new Error(
      `the books do not balance: ${items} items decoded, but ${rows} rows + ${filtered} filtered + ` +
        `${deadLetteredItems} dead-lettered; nothing of this batch was committed`,
    );
  }
}

function undecodable(error: { name: string; message: string; reason: string }): Problem {
  return { stage: 'decode', reason: error.reason, errorClass: error.name, message: error.message };
}

function oversize(messages: readonly OutputMessage[], positions: readonly number[]): Problem {
  const tooLarge = positions.flatMap(position => messages[position] ?? []);
  // Not Math.max(...): a record may hold more items than a call may have arguments.
  const largest = tooLarge.reduce((most, { value }) => Math.max(most, value.length), 0);
  return {
    stage: 'send',
    reason: 'row_too_large',
    errorClass: 'RowTooLarge',
    message:
      `${tooLarge.length} of ${messages.length} rows are larger than producer.max_message_bytes ` +
      `(the largest has ${largest} bytes)`,
    itemIndexes: tooLarge.map(({ itemIndex }) => itemIndex),
  };
}
