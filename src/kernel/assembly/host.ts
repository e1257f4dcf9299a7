import { Reason } from './reason';

/** What the host (`../instance.ts`) does for the kernel. */

declare function giveBack(reason: u32): void;

/** Reads a number of JSON, exactly rounded. Infinity is one that is too large. */
export declare function parseDouble(at: usize, end: usize): f64;

/** The number that the text is the name of, or rejects the record. `enumeration` as numbered in the schema. */
export declare function enumNumber(enumeration: u32, at: usize, end: usize): u32;

/**
 * Leaves what is being read to the plain engine, which makes its rows or tells what is wrong with it: one item, while an
 * item is read or written, otherwise the record. Does not return, since the host throws.
 */
export function reject(reason: u32 = Reason.Unusual): void {
  giveBack(reason);
}
