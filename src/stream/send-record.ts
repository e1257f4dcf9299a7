import { Fatal, type PoisonRecord } from '../errors.js';
import { recordName } from '../kafka/names.js';
import type { Header, InputRecord } from '../kafka/ports.js';
import { type BatchTally, countRecord, countWithoutItems } from '../observe/counters.js';
import { describeRow } from '../transform/shorten/describe-row.js';
import type { OutputMessage } from '../transform/transform-record.js';
import type { ProcessedRecord } from './batch.js';
import { type DeadLetter, deadLetter, type Problem, withoutContent, withoutValue } from './dead-letter.js';
import type { Delivery } from './delivery.js';
import { fitMessages, fitsTopic, headersBytes, type OversizePolicy } from './fit-messages.js';
import { standardHeaders } from './headers.js';
import type { PackLines } from './pack-lines.js';
import { type RowIdPlace, withRowIds } from './row-id.js';
import type { TopicLimits } from './topic-limits.js';

/**
 * Sends the rows of a processed record, and a dead letter for what has none.
 * @param tally counts what was sent; it is worth something once the batch is committed.
 * @throws AbortBatch, Fenced, Fatal
 */
export type SendRecord = (delivery: Delivery, processed: ProcessedRecord, tally: BatchTally) => Promise<void>;

export function recordSender(
  settings: {
    deadLetterTopic: string;
    headers: 'none' | 'standard';
    rowFormat: string;
    oversizePolicy: OversizePolicy;
    rowId: RowIdPlace;
  },
  limits: Pick<TopicLimits, 'leastBytesMax' | 'bytesMaxOf'>,
  packLines: PackLines | null = null,
): SendRecord {
  const fits = async (delivery: Delivery, letter: DeadLetter): Promise<boolean> =>
    fitsTopic(letter, limits) && (await delivery.send([letter])).length === 0;

  /** @returns whether the value fitted as well. */
  const sendDeadLetter = async (
    delivery: Delivery,
    record: InputRecord,
    problem: Problem,
  ): Promise<boolean> => {
    const letter = deadLetter(settings.deadLetterTopic, record, problem, new Date());
    if (await fits(delivery, letter)) return true;
    if (await fits(delivery, withoutValue(letter))) return false;
    if (await fits(delivery, withoutContent(letter, record))) return false;
    throw new Fatal(
      `${recordName(record)} cannot be dead-lettered: ` +
        `not even its coordinates fit into a message to ${settings.deadLetterTopic}. ` +
        'Set producer.max_message_bytes and max.message.bytes of that topic to at least 10000.',
    );
  };

  const quarantine = async (
    delivery: Delivery,
    record: InputRecord,
    problem: Problem,
    tally: BatchTally,
  ): Promise<void> => {
    const valueLeftOut = !(await sendDeadLetter(delivery, record, problem));
    tally.deadLetters.push({ record, problem, valueLeftOut });
  };

  /** @returns the rows that the client refused as too large. */
  const sendRows = async (
    delivery: Delivery,
    rows: readonly OutputMessage[],
    headers: readonly Header[] | undefined,
  ): Promise<OutputMessage[]> => {
    if (packLines === null) {
      return (await delivery.send(rows, headers)).flatMap(position => rows[position] ?? []);
    }
    const headerBytes = headersBytes(headers);
    const packed = packLines(rows, topic => limits.bytesMaxOf(topic) - headerBytes);
    return (await delivery.send(packed, headers)).flatMap(position => packed[position]?.rows ?? []);
  };

  return async (delivery, processed, tally) => {
    const { record, signal } = processed;
    countRecord(tally, record.timestampMs);
    if (processed.outcome === 'poison') {
      tally.deadLetteredRecords += 1;
      return quarantine(delivery, record, undecodable(processed.error), tally);
    }
    const { itemCount, filteredCount, leftToPlain, suspicion } = processed.transformed;
    if (itemCount === 0) countWithoutItems(tally, record, signal, suspicion);
    const messages = withRowIds(processed.transformed.messages, record, settings.rowId);
    const headers =
      settings.headers === 'standard' ? standardHeaders(signal, settings.rowFormat, record) : undefined;
    const fitted = fitMessages(messages, headers, limits, settings.oversizePolicy);
    const tooLarge = [...fitted.tooLarge, ...(await sendRows(delivery, fitted.fitting, headers))].sort(
      (a, b) => a.itemIndex - b.itemIndex,
    );
    tally.items += itemCount;
    tally.filtered += filteredCount;
    if (leftToPlain) tally.plainRecords += 1;
    tally.rows += messages.length - tooLarge.length;
    tally.truncated += fitted.truncatedCount;
    tally.deadLetteredItems += tooLarge.length;
    for (const { value } of fitted.fitting) tally.rowBytes += value.length;
    if (tooLarge.length > 0) {
      await quarantine(delivery, record, rowsTooLarge(tooLarge, messages.length), tally);
    }
  };
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

function undecodable(error: PoisonRecord): Problem {
  return { stage: 'decode', reason: error.reason, errorClass: error.name, message: error.message };
}

function rowsTooLarge(tooLarge: readonly OutputMessage[], rowCount: number): Problem {
  // Not Math.max(...): a record may hold more items than a call may have arguments.
  const largest = tooLarge.reduce((a, b) => (b.value.length > a.value.length ? b : a));
  return {
    stage: 'send',
    reason: 'row_too_large',
    errorClass: 'RowTooLarge',
    message:
      `${tooLarge.length} of ${rowCount} rows are larger than producer.max_message_bytes or than their topic takes; ` +
      `the largest has ${largest.value.length} bytes${describeRow(largest.value)}`,
    itemIndexes: tooLarge.map(({ itemIndex }) => itemIndex),
  };
}
