import { Fatal } from '../errors.js';
import { recordName } from '../kafka/names.js';
import type { InputRecord } from '../kafka/ports.js';
import {
  type DeadLetter,
  makeDeadLetter,
  type Problem,
  withoutContent,
  withoutValue,
} from '../messages/dead-letter.js';
import type { StyledHeaders } from '../messages/dead-letter-styles.js';
import { fitsTopic } from '../messages/fit-messages.js';
import type { MessageLimits } from '../messages/message-limits.js';
import { type DeadLetterContent, defectOf, type ProcessedRecord } from '../messages/process-record.js';
import {
  addPlainItems,
  addSteps,
  type BatchTally,
  countRecord,
  countWithoutItems,
} from '../observe/counters.js';
import type { Delivery } from './delivery.js';
import type { GatherRows, RefusedRow } from './gather-rows.js';
import type { PackRows } from './pack-rows.js';
import { type PreparedRows, type PrepareSettings, prepareRows } from './prepare-rows.js';
import {
  defectRefusal,
  failedItemRefusals,
  type Refusal,
  refusalOf,
  refusalsOf,
  tooLargeRefusal,
} from './refusal.js';

/** What is sent of the records of a batch, one after the other. */
export interface RecordSender {
  /** Forgets what is left of a batch that has failed. */
  beginBatch(): void;
  sendRecord: SendRecord;
  /**
   * Sends the rows that were held back to share messages with those of other records: after the last record, before the commit.
   * @throws AbortBatch, Fenced, Fatal
   */
  sendGathered(delivery: Delivery, tally: BatchTally): Promise<void>;
}

/**
 * Sends the rows of a processed record, and a dead-letter record for what has none.
 * @param tally counts what was sent; it is worth something once the batch is committed.
 * @throws AbortBatch, Fenced, Fatal
 */
export type SendRecord = (delivery: Delivery, processed: ProcessedRecord, tally: BatchTally) => Promise<void>;

export function recordSender(
  settings: PrepareSettings & { deadLetterTopic: string; styledHeaders?: StyledHeaders },
  limits: MessageLimits,
  packRows: PackRows | null = null,
  gatherRows: GatherRows | null = null,
): RecordSender {
  const fits = async (delivery: Delivery, deadLetter: DeadLetter): Promise<boolean> =>
    fitsTopic(deadLetter, limits) && (await delivery.send([deadLetter])).length === 0;

  /** @returns whether the value went with it. */
  const sendDeadLetter = async (
    delivery: Delivery,
    record: InputRecord,
    problem: Problem,
    keep: DeadLetterContent,
  ): Promise<boolean> => {
    const styled = settings.styledHeaders?.(record, problem);
    const deadLetter = makeDeadLetter(settings.deadLetterTopic, record, problem, new Date(), styled);
    if (keep === 'all' && (await fits(delivery, deadLetter))) return true;
    if (keep !== 'nothing' && (await fits(delivery, withoutValue(deadLetter)))) return false;
    if (await fits(delivery, withoutContent(deadLetter, record))) return false;
    throw new Fatal(
      `${recordName(record)} cannot be dead-lettered: ` +
        `not even its coordinates fit into a message to ${settings.deadLetterTopic}. ` +
        'Set producer.max_message_bytes and max.message.bytes of that topic to at least 10000.',
    );
  };

  const quarantine = async (
    delivery: Delivery,
    record: InputRecord,
    { problem, keep, defect }: Refusal,
    tally: BatchTally,
  ): Promise<void> => {
    const valueLeftOut = !(await sendDeadLetter(delivery, record, problem, keep));
    tally.deadLetters.push({ record, problem, valueLeftOut, ...(defect ? { defect } : {}) });
  };

  const prepare = (processed: ProcessedRecord): PreparedRows | Refusal => {
    if (processed.outcome !== 'rows') return refusalOf(processed);
    try {
      return prepareRows(processed, settings, limits, packRows, gatherRows);
    } catch (error) {
      return defectRefusal('send', defectOf(error));
    }
  };

  const sendRows = async (
    delivery: Delivery,
    { record, signal, transformed }: ProcessedRecord & { outcome: 'rows' },
    { headers, fitted, messages, rowsOf, gathered }: PreparedRows,
    tally: BatchTally,
  ): Promise<void> => {
    const refusedRows = (await delivery.send(messages, headers)).flatMap(rowsOf);
    const tooLarge = [...fitted.tooLarge, ...refusedRows].sort((a, b) => a.itemIndex - b.itemIndex);
    const { itemCount, suspicion, steps } = transformed;
    const failedItems = steps?.failedItems ?? [];
    const rowCount = transformed.messages.length;
    if (itemCount === 0) countWithoutItems(tally, record, signal, suspicion);
    tally.items += itemCount;
    tally.filtered += transformed.filteredCount;
    if (transformed.plainItems) addPlainItems(tally, transformed.plainItems);
    tally.rows += rowCount - tooLarge.length;
    tally.truncated += fitted.truncatedCount;
    if (steps) addSteps(tally, steps);
    tally.deadLetteredItems += tooLarge.length + failedItems.length;
    for (const { value } of fitted.fitting) tally.rowBytes += value.length;
    for (const refusal of failedItemRefusals(failedItems)) await quarantine(delivery, record, refusal, tally);
    if (tooLarge.length > 0) {
      await quarantine(delivery, record, tooLargeRefusal(tooLarge, rowCount, settings.encodingOf), tally);
    }
    if (gatherRows && gathered.length > 0) {
      await quarantineRows(
        delivery,
        await gatherRows.add(delivery, { record, rowCount }, gathered, headers),
        tally,
      );
    }
  };

  /** Of rows that were taken for sent: their records may be any of the batch. */
  const quarantineRows = async (
    delivery: Delivery,
    refused: readonly RefusedRow[],
    tally: BatchTally,
  ): Promise<void> => {
    tally.rows -= refused.length;
    tally.deadLetteredItems += refused.length;
    for (const refusal of refusalsOf(refused, settings.encodingOf)) {
      await quarantine(delivery, refusal.record, refusal, tally);
    }
  };

  const sendRecord: SendRecord = async (delivery, processed, tally) => {
    countRecord(tally, processed.record.timestampMs);
    const prepared = prepare(processed);
    if ('problem' in prepared) {
      tally.deadLetteredRecords += 1;
      await quarantine(delivery, processed.record, prepared, tally);
    } else if (processed.outcome === 'rows') {
      await sendRows(delivery, processed, prepared, tally);
    }
  };

  return {
    beginBatch: () => gatherRows?.begin(),
    sendRecord,
    sendGathered: async (delivery, tally) => {
      if (gatherRows) await quarantineRows(delivery, await gatherRows.finish(delivery), tally);
    },
  };
}

/**
 * Every item that was decoded is a row, filtered, or dead-lettered.
 * @throws Error when one is not: a defect of otelrows that is no single record's, and better seen than committed.
 */
export function checkCounts({ items, rows, filtered, deadLetteredItems }: BatchTally): void {
  if (items !== rows + filtered + deadLetteredItems) {
    throw new Error(
      `row counts do not add up: ${items} items decoded, but ${rows} rows + ${filtered} filtered + ` +
        `${deadLetteredItems} dead-lettered; nothing of this batch was committed`,
    );
  }
}
