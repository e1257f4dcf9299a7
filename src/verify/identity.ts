import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { RowEncoding } from '../encodings/encoding.js';
import type { Identity } from './identities.js';

/** A row by its hashes. Equal rows have equal ones; 128 bits make it certain enough that others do not. */
export interface Fingerprint {
  /** SHA-1, a character for each of its bytes; 16 of them count. The same for rows that are the same one. */
  identity: string;
  /** 32 bits that are a part of the identity: rows that must not stand for each other differ in it. */
  salt: number;
  /** Tells rows of one identity apart; 0 where they are not compared. */
  value: number;
  key: number;
}

/** What is to be known of rows by their slot. */
export interface RowsOfSlots {
  /** The slots where spans may be, each with what finds their ids: nowhere else are rows looked through for them. */
  spanIdsOf: ReadonlyMap<number, RowEncoding['spanIds']>;
  /** The slots whose messages have no key, whatever the key is that decides about the partition of a row. */
  keyless: ReadonlySet<number>;
}

/**
 * @param slot tells apart what must not stand for each other, such as rows of different topics.
 * @param value a row without its id: whether rows have ids, and of which input they are, is no difference between them.
 */
export type FingerprintOf = (slot: number, key: Buffer | null, value: Buffer | null) => Fingerprint;

/** In the salt of those whose identity is their ids: a value with the same text is another one. */
const IDS = 0x80;

/** Rows of the same slot are always told by the same. */
export function fingerprinter(identity: Identity, { spanIdsOf, keyless }: RowsOfSlots): FingerprintOf {
  const keyIn = (slot: number, key: Buffer | null) => (keyless.has(slot) ? null : key);
  if (identity === 'row') {
    return (slot, key, value) => ({
      identity: hash('sha1', `${digestOf(keyIn(slot, key))}${digestOf(value)}`, 'binary'),
      salt: slot,
      value: 0,
      key: 0,
    });
  }
  const contents = identity === 'item';
  return (slot, key, value) => {
    const ids = (value !== null && spanIdsOf.get(slot)?.(value)) || null;
    const keyWord = contents ? wordOf(keyIn(slot, key)) : 0;
    // Where the identity is the value, rows that are the same one have the same value.
    if (ids === null) return { identity: digestOf(value), salt: slot, value: 0, key: keyWord };
    return {
      identity: hash('sha1', ids, 'binary'),
      salt: slot | IDS,
      value: contents ? wordOf(value) : 0,
      key: keyWord,
    };
  };
}

/** No key, or no value, is another thing than an empty one. */
function digestOf(bytes: Buffer | null): string {
  return bytes === null ? NO_DIGEST : hash('sha1', bytes, 'binary');
}

const NO_DIGEST = '\0'.repeat(20);

/** Only rows of one identity are told apart by it. */
function wordOf(bytes: Buffer | null): number {
  return bytes === null ? 0 : ~crc32(bytes) >>> 0;
}
