import { partitionName, recordName } from '../kafka/names.js';
import type { OffsetRange } from '../kafka/offset-range.js';
import type { Comparison, VerifyOptions } from './comparison.js';
import type { DeadLetters } from './dead-letters.js';
import type { DeletedRows } from './deleted-rows.js';
import type { Read } from './read-inputs.js';
import type { Written } from './read-outputs.js';
import type { ReportedExample, VerifyReport } from './report.js';
import type { Fault, Settlement } from './settle.js';
import type { InputRange, Snapshot } from './snapshot.js';
import type { ComparedTopics } from './topics.js';

/** Puts together what the report says. */
export function makeReport({
  comparison: { options, topics },
  missingTopics,
  snapshot,
  ranges,
  written,
  deletedRows,
  read,
  settlement,
  examples,
}: {
  comparison: Comparison;
  missingTopics: MissingTopics;
  snapshot: Snapshot;
  ranges: readonly InputRange[];
  written: Written;
  deletedRows: DeletedRows;
  read: Read;
  settlement: Settlement;
  examples: Record<Fault, ReportedExample[]>;
}): VerifyReport {
  const { deadLetters } = written;
  // More items are without a row than the dead-letter records that do not list them all count.
  const beyondDeadLetters = Math.max(0, settlement.maybeDeadLettered - deadLetters.unlistedItems);
  const missing = settlement.missing + beyondDeadLetters;
  const { maybeDeleted, duplicate, unexpected, changed } = settlement;
  const notConsumed = snapshot.bounded
    ? ranges.reduce((sum, range) => sum + Math.max(0, snapshot.endOf(range) - range.requiredTo), 0)
    : 0;
  const faults = missing + maybeDeleted + duplicate + unexpected + changed + read.lostRecords;
  const compared = faults + settlement.matched + settlement.deadLettered + settlement.maybeDeadLettered;
  const nothingCompared =
    compared + read.undecodable > 0
      ? null
      : whyNothing({
          options,
          topics,
          missingTopics,
          read,
          notConsumed,
          sourceDeleted: written.sourceDeleted,
        });
  return {
    balanced: faults === 0 && nothingCompared === null,
    nothingCompared,
    missingTopics: [...missingTopics.inputs, ...missingTopics.outputs],
    identity: options.identity,
    group: snapshot.bounded ? options.group : null,
    input: {
      topics: [...topics.inputs.keys()],
      records: read.records,
      items: read.items,
      filtered: read.filtered,
      elsewhere: read.elsewhere,
      undecodable: read.undecodable,
      empty: read.empty,
      suspicious: read.suspicious,
      notConsumed,
    },
    output: {
      topics: [...topics.outputs.keys()],
      rows: written.rows,
      deadLetters: deadLetters.counts.deadLetters,
    },
    matched: settlement.matched,
    missing,
    maybeDeleted,
    duplicate,
    unexpected,
    changed,
    changedKeyOnly: settlement.changedKeyOnly,
    truncated: settlement.truncated,
    deadLettered: settlement.deadLettered + settlement.maybeDeadLettered - beyondDeadLetters,
    replayed: settlement.replayed,
    sourceDeleted: written.sourceDeleted + settlement.sourceDeleted,
    lostRecords: read.lostRecords,
    notes: notes({
      missingTopics,
      options,
      topics,
      snapshot,
      ranges,
      deletedRows,
      settlement,
      deadLetters,
      read,
      notConsumed,
      beyondDeadLetters,
    }),
    examples: {
      ...examples,
      lostRecords: read.lostExamples.map(({ topic, partition, offset }) => ({ topic, partition, offset })),
    },
  };
}

/** Topics, or patterns for them, that lead to nothing. */
export interface MissingTopics {
  inputs: readonly string[];
  outputs: readonly string[];
}

/** Why there was nothing to compare, as the end of a sentence: nobody may take that for a comparison that went well. */
function whyNothing({
  options: { group, fromMs },
  topics,
  missingTopics,
  read,
  notConsumed,
  sourceDeleted,
}: {
  options: VerifyOptions;
  topics: ComparedTopics;
  missingTopics: MissingTopics;
  read: Read;
  notConsumed: number;
  sourceDeleted: number;
}): string {
  if (missingTopics.inputs.length === topics.inputs.size + topics.unmatched.length) {
    return `none of the inputs exists (${missingTopics.inputs.join(', ')}), and no rows do. Look at inputs and kafka.brokers`;
  }
  if (notConsumed > 0) {
    return `the group ${group} has processed nothing yet of what would be compared; it is ${notConsumed} offsets behind`;
  }
  if (read.filtered + read.elsewhere > 0) {
    return 'all items are of kinds that are switched off, or dropped by rules, or their topic is not among the outputs';
  }
  if (sourceDeleted > 0) return 'the inputs have deleted all records that the rows are made of';
  if (read.records > 0) return 'the records have no items, and there are no rows';
  const since = fromMs === null ? '' : ` since ${new Date(fromMs).toISOString()}`;
  return `there are no records and no rows${since}`;
}

function notes({
  missingTopics,
  options,
  topics,
  snapshot,
  ranges,
  deletedRows,
  settlement,
  deadLetters,
  read: { lostRecords, suspicious, firstSuspicious },
  notConsumed,
  beyondDeadLetters,
}: {
  missingTopics: MissingTopics;
  options: VerifyOptions;
  topics: ComparedTopics;
  snapshot: Snapshot;
  ranges: readonly InputRange[];
  deletedRows: DeletedRows;
  settlement: Settlement;
  deadLetters: DeadLetters;
  read: Read;
  notConsumed: number;
  beyondDeadLetters: number;
}): string[] {
  const deleted = ranges.filter(range => range.keptFrom > 0 && range.requiredFrom <= range.keptFrom);
  const deadLetterRanges = deletedRows.partitions.filter(({ topic }) => topic === topics.deadLetters);
  const rows = deletedRows.partitions.filter(({ topic }) => topic !== topics.deadLetters);
  const lines: (string | false)[] = [
    missingTopics.inputs.length > 0 &&
      `Of the inputs, these do not exist: ${missingTopics.inputs.join(', ')}.`,
    missingTopics.outputs.length > 0 &&
      `Of the topics that are written to, these do not exist: ${missingTopics.outputs.join(', ')}.`,
    options.group !== null &&
      !snapshot.bounded &&
      `The group ${options.group} has committed no offsets: rows of everything in the inputs were looked for.`,
    notConsumed > 0 &&
      `The group ${options.group} is ${notConsumed} offsets behind the end of the inputs; rows of those are not looked for.`,
    firstSuspicious !== null &&
      `${count(suspicious, 'record')} of the input ${suspicious === 1 ? 'has' : 'have'} no rows, since nothing of what they hold is an item: ` +
        `${recordName(firstSuspicious.record)} ${firstSuspicious.description}.`,
    deleted.length > 0 &&
      `The input has deleted the beginning of ${deleted.length} of ${ranges.length} partitions ` +
        `(${begins(deleted.map(range => ({ ...range, from: range.keptFrom })))}).` +
        (settlement.unexpected > 0
          ? ' Rows made of what is gone count as unexpected, unless they say where they are from (row_id, or headers: standard). ' +
            'Compare what is still there with --from TIME.'
          : ''),
    rows.length > 0 &&
      `The output has deleted the beginning of ${count(rows.length, 'partition')} (${begins(rows)}).` +
        (settlement.maybeDeleted > 0
          ? ` Items that are older than what is left, and have no row, count as deleted. Compare what is left with --from ${sinceRows(deletedRows)}.`
          : ''),
    deadLetterRanges.length > 0 &&
      settlement.missing + lostRecords > 0 &&
      `The dead-letter topic has deleted the beginning of ${count(deadLetterRanges.length, 'partition')} (${begins(deadLetterRanges)}): ` +
        'what is missing or lost may have had its dead-letter record there.',
    settlement.changed > 0 &&
      'Changed rows are what other settings than these make, or were altered. --identity ids leaves contents aside.',
    deadLetters.unlistedItems > 0 &&
      `${deadLetters.unlistedItems} dead-lettered items are not listed in their dead-letter records; so many items without a row are taken for them.`,
    beyondDeadLetters > 0 &&
      `${beyondDeadLetters} of the missing rows are of records whose dead letter does not list all its items, and have no example.`,
    deadLetters.counts.foreign > 0 &&
      `${count(deadLetters.counts.foreign, 'message')} in the dead-letter topic: no dead letters of otelrows.`,
  ];
  return lines.filter(line => line !== false);
}

function begins(ranges: readonly Pick<OffsetRange, 'topic' | 'partition' | 'from'>[]): string {
  const shown = ranges.slice(0, 3).map(range => `${partitionName(range)} begins at ${range.from}`);
  return [...shown, ...(ranges.length > 3 ? ['…'] : [])].join(', ');
}

/** The time since when all rows are kept, in whole seconds. */
function sinceRows({ untilMs }: DeletedRows): string {
  const ms = Math.max(...untilMs.values());
  return Number.isFinite(ms) ? new Date(Math.ceil(ms / 1000) * 1000).toISOString() : 'TIME';
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
