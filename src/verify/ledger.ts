import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { asFileTrouble } from '../file-trouble.js';
import type { Fingerprint } from './identity.js';

/** On which side of the comparison a row stands, and whether it has to have a counterpart. */
export const SIDES = {
  /** It is in an output topic. */
  written: 0,
  /** The same, and it says itself that some of its texts were cut. */
  written_cut: 5,
  /** Its item was read and committed: it must be there. */
  required: 1,
  /** A dead letter names its item: it may be missing, and is there once that was replayed. */
  dead_lettered: 2,
  /** A dead letter of its record names more items than it lists: it may be one of those. */
  maybe_dead_lettered: 4,
  /** Its item was read and committed, but is older than what the output still keeps: it may have been there. */
  maybe_deleted: 6,
  /** It names a record that the input has deleted since the comparison began: it may be there. */
  source_deleted: 7,
  /** Its item lies outside of what is compared, but near: its row may be there already, or still. */
  optional: 3,
} as const;

export type Side = (typeof SIDES)[keyof typeof SIDES];

/** Where a row, or the item that it is made of, stands. */
export interface Coordinates {
  /** Number of the partition among all that are read. */
  place: number;
  offset: number;
  /** Which item of the record, or which row of the message. */
  itemIndex: number;
}

/** Rows of both sides by their fingerprints, as many as there is disk space for. */
export interface Ledger {
  add(side: Side, fingerprint: Fingerprint, at: Coordinates): void;
  /** The entries, in parts that hold all entries of an identity each. See `ENTRY`. */
  parts(): Iterable<Uint32Array>;
  /** Deletes what was put on disk. Only once; it may be called while `parts` is gone through. */
  remove(): void;
}

/** An entry is this many 32-bit words, in this order. */
export const ENTRY = {
  words: 10,
  identity: 0,
  value: 4,
  key: 5,
  /** Side in the upper 8 bits, place in the others. */
  sideAndPlace: 6,
  offsetLow: 7,
  offsetHigh: 8,
  itemIndex: 9,
} as const;

export const LEDGER_PARTS = 512;
/** 20 KB for each part: 10 MB for all of them, and files are written in pieces of that size. */
const BUFFERED_ENTRIES = 512;
const TWO_32 = 2 ** 32;

/**
 * A ledger that keeps up to a quarter of a million entries in memory, and from then on in files, 40 bytes for each row:
 * one file for each 512th part of all identities, so that a part of 100 million rows on each side has 16 MB.
 *
 * @param tempDir where the folder for the files is made, when it is needed.
 * @throws Fatal, InputInvalid, by `add`, when the folder cannot be made or its disk is full.
 */
export function createLedger(tempDir: string): Ledger {
  const buffers: Uint32Array[] = Array.from({ length: LEDGER_PARTS }, () => new Uint32Array(0));
  const counts = new Uint32Array(LEDGER_PARTS);
  let folder: string | null = null;
  const spilled = new Set<number>();

  const spill = (part: number): void => {
    const { buffer } = buffers[part] as Uint32Array;
    const bytes = new Uint8Array(buffer, 0, 4 * ENTRY.words * (counts[part] ?? 0));
    try {
      folder ??= mkdtempSync(join(tempDir, 'otelrows-verify-'));
      appendFileSync(fileOf(folder, part), bytes);
    } catch (error) {
      throw asFileTrouble(error, folder ?? tempDir);
    }
    spilled.add(part);
    counts[part] = 0;
  };

  return {
    add: (side, { identity, salt, value, key }, { place, offset, itemIndex }) => {
      const part = ((identity.charCodeAt(14) << 8) | identity.charCodeAt(15)) % LEDGER_PARTS;
      let count = counts[part] ?? 0;
      if (count === BUFFERED_ENTRIES) {
        spill(part);
        count = 0;
      }
      let words = buffers[part] as Uint32Array;
      if (words.length === 0) {
        words = new Uint32Array(BUFFERED_ENTRIES * ENTRY.words);
        buffers[part] = words;
      }
      const at = count * ENTRY.words;
      for (let word = 0; word < 4; word += 1) words[at + word] = wordAt(identity, 4 * word);
      words[at + 3] = (words[at + 3] ?? 0) ^ salt;
      words[at + ENTRY.value] = value;
      words[at + ENTRY.key] = key;
      words[at + ENTRY.sideAndPlace] = (side << 24) | place;
      words[at + ENTRY.offsetLow] = offset % TWO_32;
      words[at + ENTRY.offsetHigh] = Math.floor(offset / TWO_32);
      words[at + ENTRY.itemIndex] = itemIndex;
      counts[part] = count + 1;
    },

    parts: function* () {
      for (let part = 0; part < LEDGER_PARTS; part += 1) {
        const buffered = (buffers[part] as Uint32Array).subarray(0, ENTRY.words * (counts[part] ?? 0));
        if (folder === null || !spilled.has(part)) {
          yield buffered;
          continue;
        }
        const file = readFileSync(fileOf(folder, part));
        const words = new Uint32Array(file.length / 4 + buffered.length);
        new Uint8Array(words.buffer).set(file);
        words.set(buffered, file.length / 4);
        yield words;
      }
    },

    remove: () => {
      if (folder !== null) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Where the row of an entry stands. */
export function coordinatesOf(words: Uint32Array, entry: number): Coordinates {
  const at = entry * ENTRY.words;
  return {
    place: (words[at + ENTRY.sideAndPlace] ?? 0) & 0xffffff,
    offset: (words[at + ENTRY.offsetLow] ?? 0) + TWO_32 * (words[at + ENTRY.offsetHigh] ?? 0),
    itemIndex: words[at + ENTRY.itemIndex] ?? 0,
  };
}

function fileOf(folder: string, part: number): string {
  return join(folder, `${part}.rows`);
}

function wordAt(identity: string, at: number): number {
  return (
    (identity.charCodeAt(at) << 24) |
    (identity.charCodeAt(at + 1) << 16) |
    (identity.charCodeAt(at + 2) << 8) |
    identity.charCodeAt(at + 3)
  );
}
