import type { InputOf } from '../../config/inputs.js';
import { Fatal } from '../../errors.js';
import { recordName } from '../../kafka/names.js';
import type { InputRecord, NextOffset } from '../../kafka/ports.js';
import {
  type DeadLetterFilter,
  type DeadLetterRecord,
  deadLetterOf,
  isBefore,
  matches,
  otherRecord,
  sourceRecord,
} from '../../messages/dead-letter-record.js';
import { countItems, hasItem, type ItemRange } from '../../messages/item-ranges.js';
import { type ProcessedRecord, processRecord, type ReadingParts } from '../../messages/process-record.js';
import { countRecord } from '../../observe/counters.js';
import type { AnyTransformRecord } from '../../transform/transform-record.js';
import type { Delivery } from '../delivery.js';
import type { SendRecord } from '../send-record.js';

/** What became of dead-letter records. Only committed ones count. */
export interface DeadLetterTally {
  /** Their rows were written, or some of them. */
  replayed: number;
  /** Refused again: a new dead-letter record took their place. */
  refused: number;
  /** Of before the time that was given: left where they are, and not come back to. */
  passed: number;
  /** Put back as they were, for one reason each. */
  skipped: number;
  unreachable: number;
  /** Put back too: another record stands where theirs was. */
  replaced: number;
  /** No dead letters of otelrows: left where they are. */
  foreign: number;
}

export function zeroDeadLetters(): DeadLetterTally {
  return { replayed: 0, refused: 0, passed: 0, skipped: 0, unreachable: 0, replaced: 0, foreign: 0 };
}

/**
 * Sends what a dead letter is about, in the place of its record: the rows of the record, or of the items that made none
 * before, because the others' rows were written then. What cannot be replayed, or was not meant, is put back into the
 * dead-letter topic as it was, in the same transaction. So the offsets of the topic go on without leaving anything behind
 * but what is older than was asked for, and what others have written: nobody may find that twice.
 *
 * @param sourceOf the refused records, where their dead-letter records do not hold them; `null` for those that are gone.
 */
export function deadLetterSender(
  parts: ReadingParts & {
    sendRecord: SendRecord;
    filter: DeadLetterFilter;
    sourceOf: (deadLetter: InputRecord) => InputRecord | null | undefined;
    tally: DeadLetterTally;
    /** Told of a refused record, and in what the one that stands in its place differs from it. */
    otherFound?: (source: NextOffset, difference: string) => void;
  },
): SendRecord {
  const { inputOf, transform, sendRecord, filter, sourceOf, tally } = parts;

  const outcomeOf = async (
    deadLetter: DeadLetterRecord | null,
    { record, ...tried }: ProcessedRecord,
  ): Promise<ProcessedRecord | keyof DeadLetterTally> => {
    if (deadLetter === null) return 'foreign';
    if (isBefore(deadLetter, filter)) return 'passed';
    if (!matches(deadLetter, filter)) return 'skipped';
    // Replaying its record whole would write the rows of its other items a second time.
    if (!deadLetter.itemsListed) return 'unreachable';
    const found = deadLetter.leftOut === null ? deadLetter.record : sourceOf(record);
    if (!found || !isInput(inputOf, deadLetter.source.topic)) return 'unreachable';
    const difference = otherRecord(deadLetter, found);
    if (difference !== null) {
      parts.otherFound?.(deadLetter.source, difference);
      return 'replaced';
    }
    const source = sourceRecord(deadLetter, found);
    const processed: ProcessedRecord =
      tried.outcome === 'too_slow'
        ? { ...tried, record: source }
        : await processRecord(source, {
            ...parts,
            transform: deadLetter.items === null ? transform : onlyItems(transform, deadLetter.items),
          });
    // A new one for the whole record would forget which items are meant.
    return processed.outcome !== 'rows' && deadLetter.items !== null ? 'refused' : processed;
  };

  return async (delivery, processed, batch) => {
    const { record } = processed;
    const outcome = await outcomeOf(deadLetterOf(record), processed);
    if (typeof outcome === 'string') {
      tally[outcome] += 1;
      countRecord(batch, record.timestampMs);
      if (outcome !== 'passed' && outcome !== 'foreign') await putBack(delivery, record);
      return;
    }
    const deadLettersBefore = batch.deadLetters.length;
    await sendRecord(delivery, outcome, batch);
    const refused = batch.deadLetters
      .slice(deadLettersBefore)
      .some(letter => letter.record === outcome.record);
    tally[refused ? 'refused' : 'replayed'] += 1;
  };
}

/** The transform for some items of a record; the others count as not there. */
function onlyItems(transform: AnyTransformRecord, items: readonly ItemRange[]): AnyTransformRecord {
  const itemCount = countItems(items);
  return async (...record) => {
    const transformed = await transform(...record);
    const messages = transformed.messages.filter(({ itemIndex }) => hasItem(items, itemIndex));
    const { steps } = transformed;
    const failedItems = steps?.failedItems.filter(({ itemIndex }) => hasItem(items, itemIndex)) ?? [];
    return {
      ...transformed,
      messages,
      itemCount,
      filteredCount: itemCount - messages.length - failedItems.length,
      ...(steps ? { steps: { ...steps, failedItems } } : {}),
    };
  };
}

async function putBack(delivery: Delivery, record: InputRecord): Promise<void> {
  const { topic, key, value, headers } = record;
  const refused = await delivery.send([{ topic, key, value }], headers);
  if (refused.length > 0) {
    throw new Fatal(
      `The dead letter ${recordName(record)} is larger than producer.max_message_bytes, so it cannot be ` +
        'put back. Set it to at least what it was when the dead-letter record was written.',
    );
  }
}

function isInput(inputOf: InputOf, topic: string): boolean {
  try {
    inputOf(topic);
    return true;
  } catch {
    return false;
  }
}
