import { inputFinder } from '../config/inputs.js';
import { partitionName } from '../kafka/names.js';
import type { InputRecord } from '../kafka/ports.js';
import { readRanges } from '../kafka/read-ranges.js';
import { loadTransform } from '../load-transform.js';
import { processRecord } from '../messages/process-record.js';
import { describeSuspicion } from '../transform/suspicion.js';
import { type Comparison, numbered, STALL_MS, type VerifyParts } from './comparison.js';
import { type DeadItems, type DeadLetters, isListed, mayBeDead } from './dead-letters.js';
import type { DeletedRows } from './deleted-rows.js';
import { expectedRows } from './expected-rows.js';
import { fingerprinter } from './identity.js';
import { SIDES, type Side } from './ledger.js';
import type { InputRange } from './snapshot.js';

/** What the records that must have rows hold. See `VerifyReport`. */
export interface Read {
  records: number;
  items: number;
  filtered: number;
  elsewhere: number;
  undecodable: number;
  /** Records that hold nothing. */
  empty: number;
  /** Records that hold something, and yet no item. */
  suspicious: number;
  /** The first of them. */
  firstSuspicious: { record: InputRecord; description: string } | null;
  lostRecords: number;
  lostExamples: InputRecord[];
}

/** Reads the records, and writes the rows that they become into the ledger. */
export async function readInputs(
  { config, reader, signal, onProgress }: VerifyParts,
  { options, topics, ledger, places }: Comparison,
  ranges: readonly InputRange[],
  deadLetters: DeadLetters,
  deletedRows: Pick<DeletedRows, 'untilMs'>,
): Promise<Read> {
  const fingerprint = fingerprinter(options.identity, topics);
  const rowsOf = expectedRows(config);
  const parts = {
    inputOf: inputFinder([...topics.inputs].map(([topic, input]) => ({ ...input, topic }))),
    transform: await loadTransform(config, 'until_next_call'),
    recordBytesMax: config.limits.max_record_bytes,
  };
  const placeOf = numbered(places);
  const rangeOf = new Map(ranges.map(range => [partitionName(range), range]));
  const read: Read = {
    records: 0,
    items: 0,
    filtered: 0,
    elsewhere: 0,
    undecodable: 0,
    empty: 0,
    suspicious: 0,
    firstSuspicious: null,
    lostRecords: 0,
    lostExamples: [],
  };

  const onRecord = async (record: InputRecord): Promise<void> => {
    const { requiredFrom = 0, requiredTo = 0 } = rangeOf.get(partitionName(record)) ?? {};
    const required = record.offset >= requiredFrom && record.offset < requiredTo;
    const dead = deadLetters.of(record);
    const processed = await processRecord(record, parts);
    if (required) read.records += 1;
    if (processed.outcome !== 'rows') {
      if (!required) return;
      if (dead !== undefined) {
        read.undecodable += 1;
        return;
      }
      read.lostRecords += 1;
      if (read.lostExamples.length < options.examplesMax) read.lostExamples.push(withoutContent(record));
      return;
    }
    const { itemCount, filteredCount, suspicion } = processed.transformed;
    if (required) {
      read.items += itemCount;
      read.filtered += filteredCount;
      if (itemCount === 0 && !suspicion) read.empty += 1;
    }
    if (required && suspicion) {
      read.suspicious += 1;
      read.firstSuspicious ??= {
        record: withoutContent(record),
        description: describeSuspicion(processed.signal, suspicion),
      };
    }
    const place = placeOf(record);
    for (const { topic, key, value, itemIndex } of rowsOf(processed)) {
      const slot = topics.slotOf(topic);
      if (slot === undefined) {
        if (required) read.elsewhere += 1;
        continue;
      }
      const mayBeDeleted = isOlder(record, deletedRows.untilMs.get(slot));
      const side = required ? sideOf(dead, itemIndex, mayBeDeleted) : SIDES.optional;
      ledger.add(side, fingerprint(slot, key, value), { place, offset: record.offset, itemIndex });
    }
  };
  await readRanges(reader, ranges, onRecord, {
    signal,
    stallMsMax: STALL_MS,
    onProgress: progress => onProgress('records', progress),
  });
  return read;
}

/** Records without a time may be of any. */
function isOlder({ timestampMs }: InputRecord, untilMs: number | undefined): boolean {
  return untilMs !== undefined && (timestampMs === null || timestampMs < untilMs);
}

function sideOf(dead: DeadItems | undefined, itemIndex: number, mayBeDeleted: boolean): Side {
  if (dead === undefined || !mayBeDead(dead, itemIndex)) {
    return mayBeDeleted ? SIDES.maybe_deleted : SIDES.required;
  }
  const named = dead === 'all' || isListed(dead, itemIndex);
  return named ? SIDES.dead_lettered : SIDES.maybe_dead_lettered;
}

/** An example is kept for long, and its record's bytes would be with it. */
function withoutContent(record: InputRecord): InputRecord {
  return { ...record, key: null, value: null, headers: [] };
}
