import { partitionName } from '../kafka/names.js';
import type { Books, VerifyOptions } from './books.js';
import type { Letters } from './letters.js';
import type { Read } from './read-inputs.js';
import type { Written } from './read-outputs.js';
import type { ReportedExample, VerifyReport } from './report.js';
import type { Fault, Settlement } from './settle.js';
import type { InputRange, Snapshot } from './snapshot.js';

/** Puts together what the report says. */
export function makeReport({
  books: { options, topics },
  snapshot,
  ranges,
  written,
  read,
  settlement,
  examples,
}: {
  books: Books;
  snapshot: Snapshot;
  ranges: readonly InputRange[];
  written: Written;
  read: Read;
  settlement: Settlement;
  examples: Record<Fault, ReportedExample[]>;
}): VerifyReport {
  const { letters } = written;
  // More items are without a row than the letters that do not list them all count.
  const beyondLetters = Math.max(0, settlement.maybeDeadLettered - letters.unlistedItems);
  const missing = settlement.missing + beyondLetters;
  const { duplicate, unexpected, changed } = settlement;
  const notConsumed = snapshot.bounded
    ? ranges.reduce((sum, range) => sum + Math.max(0, snapshot.endOf(range) - range.requiredTo), 0)
    : 0;
  return {
    balanced: missing + duplicate + unexpected + changed + read.lostRecords === 0,
    identity: options.identity,
    group: snapshot.bounded ? options.group : null,
    input: {
      topics: [...topics.inputs.keys()],
      records: read.records,
      items: read.items,
      filtered: read.filtered,
      elsewhere: read.elsewhere,
      undecodable: read.undecodable,
      notConsumed,
    },
    output: { topics: [...topics.outputs.keys()], rows: written.rows, deadLetters: letters.counts.letters },
    matched: settlement.matched,
    missing,
    duplicate,
    unexpected,
    changed,
    changedKeyOnly: settlement.changedKeyOnly,
    truncated: settlement.truncated,
    deadLettered: settlement.deadLettered + settlement.maybeDeadLettered - beyondLetters,
    replayed: settlement.replayed,
    sourceDeleted: written.sourceDeleted,
    lostRecords: read.lostRecords,
    notes: notes({ options, snapshot, ranges, settlement, letters, notConsumed, beyondLetters }),
    examples: {
      ...examples,
      lostRecords: read.lostExamples.map(({ topic, partition, offset }) => ({ topic, partition, offset })),
    },
  };
}

function notes({
  options,
  snapshot,
  ranges,
  settlement,
  letters,
  notConsumed,
  beyondLetters,
}: {
  options: VerifyOptions;
  snapshot: Snapshot;
  ranges: readonly InputRange[];
  settlement: Settlement;
  letters: Letters;
  notConsumed: number;
  beyondLetters: number;
}): string[] {
  const deleted = ranges.filter(range => range.keptFrom > 0 && range.requiredFrom <= range.keptFrom);
  const lines: (string | false)[] = [
    options.group !== null &&
      !snapshot.bounded &&
      `The group ${options.group} has committed no offsets: rows of everything in the inputs were looked for.`,
    notConsumed > 0 &&
      `The group ${options.group} is ${notConsumed} offsets behind the end of the inputs; rows of those are not looked for.`,
    deleted.length > 0 &&
      `The input has deleted the beginning of ${deleted.length} of ${ranges.length} partitions ` +
        `(${deleted
          .slice(0, 3)
          .map(range => `${partitionName(range)} begins at ${range.keptFrom}`)
          .join(', ')}).` +
        (settlement.unexpected > 0
          ? ' Rows made of what is gone count as unexpected, unless they say where they are from (row_id, or headers: standard). ' +
            'Compare what is still there with --from TIME.'
          : ''),
    settlement.changed > 0 &&
      'Changed rows are what other settings than these make, or were altered. --identity ids leaves contents aside.',
    letters.unlistedItems > 0 &&
      `${letters.unlistedItems} dead-lettered items are not listed in their letters; so many items without a row are taken for them.`,
    beyondLetters > 0 &&
      `${beyondLetters} of the missing rows are of records whose dead letter does not list all its items, and have no example.`,
    letters.counts.foreign > 0 &&
      `${letters.counts.foreign} messages in the dead-letter topic are no dead letters of otelrows.`,
  ];
  return lines.filter(line => line !== false);
}
