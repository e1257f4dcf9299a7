import type { InputRecord } from '../kafka/ports.js';
import { TRUNCATED_BYTES } from '../transform/shorten/shorten-row.js';
import { type Books, numbered, STALL_MS, type VerifyParts } from './books.js';
import { fingerprinter } from './identity.js';
import { SIDES } from './ledger.js';
import { collectLetters, type Letters } from './letters.js';
import { readRanges } from './read-ranges.js';
import { rowsIn } from './rows-in.js';
import type { Snapshot } from './snapshot.js';
import { sourceOf } from './source-of.js';

/** What the output topics and the dead-letter topic hold. */
export interface Written {
  letters: Letters;
  rows: number;
  sourceDeleted: number;
}

/** Reads the rows into the ledger, and the dead letters. */
export async function readOutputs(
  { reader, signal, onProgress }: VerifyParts,
  { options, topics, ledger, places }: Books,
  snapshot: Snapshot,
): Promise<Written> {
  const fingerprint = fingerprinter(options.identity);
  const placeOf = numbered(places);
  const written: Written = {
    letters: collectLetters((at, offset) => offset >= (snapshot.readFromOf(at) ?? Number.POSITIVE_INFINITY)),
    rows: 0,
    sourceDeleted: 0,
  };
  const onRecord = (record: InputRecord): void => {
    if (record.topic === topics.deadLetters) {
      written.letters.add(record);
      return;
    }
    const place = placeOf(record);
    const slot = topics.outputs.get(record.topic) ?? 0;
    for (const [index, row] of rowsIn(record.value).entries()) {
      written.rows += 1;
      const source = sourceOf(row, record.headers);
      if (source !== null && source.offset < snapshot.keptFromOf(source)) {
        written.sourceDeleted += 1;
        continue;
      }
      const side = row?.includes(TRUNCATED_BYTES) ? SIDES.written_cut : SIDES.written;
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
