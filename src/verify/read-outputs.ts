import type { ReadRow, RowEncoding } from '../encodings/encoding.js';
import { TRUNCATED_BYTES } from '../encodings/truncation.js';
import { partitionName } from '../kafka/names.js';
import type { InputRecord } from '../kafka/ports.js';
import { readRanges } from '../kafka/read-ranges.js';
import { type Comparison, numbered, STALL_MS, type VerifyParts } from './comparison.js';
import { collectDeadLetters, type DeadLetters } from './dead-letters.js';
import { fingerprinter } from './identity.js';
import { SIDES } from './ledger.js';
import type { InputRange, Snapshot } from './snapshot.js';
import { sourceOf } from './source-of.js';

/** Bytes, because a text would be turned into some for each row. */
const CUT = Buffer.from(TRUNCATED_BYTES);

/** What the output topics and the dead-letter topic hold. */
export interface Written {
  deadLetters: DeadLetters;
  rows: number;
  sourceDeleted: number;
  /** Whether there are rows that say where they are from. */
  saySource: boolean;
}

/** Reads the rows into the ledger, and the dead letters. */
export async function readOutputs(
  { reader, signal, onProgress }: VerifyParts,
  { options, topics, ledger, places }: Comparison,
  snapshot: Snapshot,
): Promise<Written> {
  const fingerprint = fingerprinter(options.identity, topics);
  const placeOf = numbered(places);
  const written: Written = {
    deadLetters: collectDeadLetters(
      (at, offset) => offset >= (snapshot.readFromOf(at) ?? Number.POSITIVE_INFINITY),
    ),
    rows: 0,
    sourceDeleted: 0,
    saySource: false,
  };
  const onRecord = (record: InputRecord): void => {
    if (record.topic === topics.deadLetters) {
      written.deadLetters.add(record);
      return;
    }
    const place = placeOf(record);
    const slot = topics.outputs.get(record.topic) ?? 0;
    for (const [index, { row, rowId }] of rowsOf(record, topics.encodingOf(slot)).entries()) {
      written.rows += 1;
      const source = sourceOf(rowId, record.headers);
      written.saySource ||= source !== null;
      if (source !== null && source.offset < snapshot.keptFromOf(source)) {
        written.sourceDeleted += 1;
        continue;
      }
      const side = row?.includes(CUT) ? SIDES.written_cut : SIDES.written;
      ledger.add(side, fingerprint(slot, record.key, row), {
        place,
        offset: record.offset,
        itemIndex: index,
      });
    }
  };
  await readRanges(reader, snapshot.outputs, onRecord, {
    signal,
    stallMsMax: STALL_MS,
    onProgress: progress => onProgress('rows', progress),
  });
  return written;
}

/**
 * Reads the rows once more, for those that are made of records that the input has deleted since they were first read. The
 * records cannot be read any more, so such rows go into the ledger as their own explanation.
 */
export async function explainBySource(
  { reader, signal, onProgress }: VerifyParts,
  { options, topics, ledger, places }: Comparison,
  snapshot: Snapshot,
  ranges: readonly InputRange[],
): Promise<void> {
  const fingerprint = fingerprinter(options.identity, topics);
  const placeOf = numbered(places);
  const keptFrom = new Map(ranges.map(range => [partitionName(range), range.keptFrom]));
  const onRecord = (record: InputRecord): void => {
    const slot = topics.outputs.get(record.topic) ?? 0;
    for (const { row, rowId } of rowsOf(record, topics.encodingOf(slot))) {
      const source = sourceOf(rowId, record.headers);
      if (source === null || source.offset < snapshot.keptFromOf(source)) continue;
      if (source.offset >= (keptFrom.get(partitionName(source)) ?? 0)) continue;
      ledger.add(SIDES.source_deleted, fingerprint(slot, record.key, row), {
        place: placeOf(source),
        offset: source.offset,
        itemIndex: 0,
      });
    }
  };
  const rows = snapshot.outputs.filter(({ topic }) => topic !== topics.deadLetters);
  await readRanges(reader, rows, onRecord, {
    signal,
    stallMsMax: STALL_MS,
    onProgress: progress => onProgress('rows_again', progress),
  });
}

/** A message without a value is a row that nothing explains. */
function rowsOf({ value }: InputRecord, { rowsIn }: RowEncoding): readonly WrittenRow[] {
  return value === null ? NO_VALUE : rowsIn(value);
}

type WrittenRow = ReadRow | { row: null; rowId: null };

const NO_VALUE: readonly WrittenRow[] = [{ row: null, rowId: null }];
