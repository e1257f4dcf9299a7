import { reject } from './host';
import { lengthOf, Range } from './range';

/**
 * Where things lie in the memory. What a record needs beside its bytes and its rows has a fixed place and a fixed size;
 * a record that needs more is rejected. Only the rows grow, at the end of the memory.
 *
 * | from          | what                                                                                   |
 * |---------------|----------------------------------------------------------------------------------------|
 * | 0             | constants of the compiled code                                                         |
 * | `POWERS_OF_TEN` | for doubles, written by the host                                                     |
 * | `LITERALS`    | column names as JSON, written by the host                                              |
 * | `SCHEMA`      | the messages of OTLP and the names of their fields in JSON, written by the host        |
 * | `ATTRIBUTES`  | the attributes that are being sorted and written: a stack, since values hold values    |
 * | `PARTS`       | the events and links, or exemplars, or quantiles, of the item being written            |
 * | `ROWS`        | where each row, and its key, lie                                                       |
 * | `KEY_LISTS`   | what is remembered of attribute lists                                                  |
 * | `INPUT`       | the record, or what became of one of JSON                                              |
 * | `OUTPUT`      | rows, and texts that several rows share; before them, the text of a record of JSON     |
 */

export const POWERS_OF_TEN: usize = 0x0_4000;
export const LITERALS: usize = 0x0_8000;
export const SCHEMA: usize = 0x0_c000;
export const SCHEMA_END: usize = 0x1_0000;
export const ATTRIBUTES: usize = 0x1_0000;
export const ATTRIBUTES_END: usize = 0x9_0000;
export const PARTS: usize = 0x9_0000;
export const PARTS_END: usize = 0xd_0000;
export const ROWS: usize = 0xd_0000;
export const ROWS_END: usize = 0x25_0000;
export const KEY_LISTS: usize = 0x25_0000;
export const INPUT: usize = 0x2a_0000;
/** Bytes of a record. Below `ELEMENTS_MAX` of the plain transform, so that no record here can hold more elements. */
export const INPUT_BYTES_MAX: usize = 0x40_0000;
export const OUTPUT: usize = INPUT + INPUT_BYTES_MAX + 0x1000;

/**
 * Bytes that may be read or written beyond where a text ends, since texts are copied 16 bytes at a time and column names
 * 48 at a time. What lies there is overwritten next or never looked at.
 */
const OVERRUN: usize = 64;

const PAGE_BITS = 16;
const GROWTH_PAGES = 32;

/**
 * The most bytes that one byte of a record can become: one that is not UTF-8, in a string in JSON in a string, is
 * `\\ufffd`, and an empty element of two bytes is at most ten with what stands around it.
 */
const EXPANSION: usize = 8;
/** More than the names of a row's columns, its numbers, times and ids. */
const FIXED_BYTES: usize = 4096;

/** Sees to it that what becomes of `message`, and `more` bytes, can be written at `at`. */
export function reserveFor(at: usize, message: Range, more: usize = 0): void {
  reserve(at, EXPANSION * lengthOf(message) + FIXED_BYTES + more);
}

/**
 * Sees to it that `bytes` can be written at `at`. Called once per row with the most that the row can have, so that the
 * writers need not ask.
 */
export function reserve(at: usize, bytes: usize): void {
  const needed = at + bytes + OVERRUN;
  const pages = memory.size();
  if (needed <= (pages as usize) << PAGE_BITS) return;
  const missing = (((needed + 0xffff) >>> PAGE_BITS) as i32) - pages;
  if (memory.grow(max(missing, GROWTH_PAGES)) < 0 && memory.grow(missing) < 0) reject();
}
