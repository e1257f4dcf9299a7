import { reject } from './host';
import { lengthOf, Range } from './range';
import { Reason } from './reason';

/**
 * Where things lie in the memory. All but the rows have a fixed place, and all but these and the record a fixed size. A record whose items do not fit is
 * done in parts: as many items as fit are read, their rows are written, and the place is used again.
 *
 * | from            | what                                                                                   |
 * |-----------------|----------------------------------------------------------------------------------------|
 * | 0               | constants of the compiled code                                                         |
 * | `POWERS_OF_TEN` | for doubles, written by the host                                                       |
 * | `OPS`           | what a row of each kind consists of, written by the host                               |
 * | `SCHEMA`        | the messages of OTLP and the names of their fields in JSON, written by the host        |
 * | `FIELDS`        | what to do with each field of each message                                             |
 * | `LEFT_ITEM`     | where the item lies that was left to the plain engine last, and what it belongs to     |
 * | `SUBMESSAGES`   | the events and links, or exemplars, or quantiles, of the item that is being read       |
 * | `ITEMS`         | the items of the part                                                                  |
 * | `OWNERS`        | their resources, scopes and metrics                                                    |
 * | `ENTRIES`       | their attributes; then, while one is written, the members of nested values             |
 * | `ELEMENTS`      | their events, links, exemplars and quantiles                                           |
 * | `ROWS`          | where each row, and its key, lie                                                       |
 * | `KEY_LISTS`     | what is remembered of attribute lists                                                  |
 * | `KEY_TEXTS`     | and of their keys in native encoding                                                   |
 * | `SHARED`        | texts that several rows share                                                          |
 * | `INPUT`         | the record, or what became of one of JSON                                              |
 * | `edits`         | what steps changed of the items of the part                                            |
 * | `output`        | rows, and what else rows share; before them, the text of a record of JSON              |
 */

export const POWERS_OF_TEN: usize = 0x0_4000;
export const OPS: usize = 0x0_8000;
export const SCHEMA: usize = 0x1_0000;
export const SCHEMA_END: usize = 0x1_4000;
export const FIELDS: usize = 0x1_4000;
export const FIELDS_END: usize = 0x1_c000;
export const LEFT_ITEM: usize = 0x1_c000;
export const SUBMESSAGES: usize = 0x2_0000;
export const SUBMESSAGES_END: usize = 0x6_0000;
export const ITEMS: usize = 0x6_0000;
export const ITEMS_END: usize = 0x8_0000;
export const OWNERS: usize = 0x8_0000;
export const OWNERS_END: usize = 0xa_0000;
export const ENTRIES: usize = 0xa_0000;
/** A part ends before the item with which it would begin more entries than this, so that one item has the rest. */
export const ENTRIES_FULL: usize = 0x12_0000;
export const ENTRIES_END: usize = 0x22_0000;
export const ELEMENTS: usize = 0x22_0000;
/** The same for elements: all of the submessages that one item can have must fit behind it. */
export const ELEMENTS_FULL: usize = 0x26_0000;
export const ELEMENTS_END: usize = 0x38_0000;
export const ROWS: usize = 0x38_0000;
export const ROWS_END: usize = 0x3a_0000;
export const KEY_LISTS: usize = 0x3a_0000;
export const KEY_TEXTS: usize = 0x3e_0000;
export const SHARED: usize = 0x3f_0000;
export const SHARED_END: usize = 0x43_0000;
export const INPUT: usize = 0x44_0000;
/** Bytes of a record, at the least: for larger ones what lies behind moves. */
const INPUT_BYTES_MIN: usize = 0x40_0000;
/** Who turns JSON into protobuf needs as much as the text has, and a little more (`read/json/wire-form.ts`). */
const WIRE_MARGIN: usize = 0x2_0000;
/** Readers may look at what follows a record. */
const INPUT_GAP: usize = 0x1000;
const OUTPUT_BYTES: usize = 0x80_0000;

/** Where the place for the record ends. */
export let inputEnd: usize = INPUT + INPUT_BYTES_MIN;
export let output: usize = INPUT + INPUT_BYTES_MIN + INPUT_GAP;
/** Rows are written up to here, and then, after the host has taken them, from `output` on again. */
export let outputFull: usize = INPUT + INPUT_BYTES_MIN + INPUT_GAP + OUTPUT_BYTES;

/** Makes place for a record, or what becomes of one of JSON, of so many bytes at `INPUT`. What lay there or behind is gone. */
export function reserveInput(bytes: u32): void {
  inputEnd = INPUT + max((bytes as usize) + WIRE_MARGIN, INPUT_BYTES_MIN);
  beginEdits();
}

/** Rows begin right behind the record, as long as nothing is changed. What was changed of the part before is gone. */
export function beginEdits(): void {
  setOutput(inputEnd + INPUT_GAP);
}

/** Makes place for so many bytes of what a step changed, in front of the rows. */
export function reserveEdit(bytes: u32): usize {
  const edit = output;
  setOutput(edit + (bytes as usize));
  return edit;
}

function setOutput(begin: usize): void {
  output = (begin + 0xf) & ~0xf;
  outputFull = output + OUTPUT_BYTES;
  reserve(output, 0);
}

/**
 * Bytes that may be read or written beyond where a text ends, since texts are copied 32 bytes at a time and column names
 * 48 at a time. What lies there is overwritten next or never looked at.
 */
export const OVERRUN: usize = 64;

const PAGE_BITS = 16;
const GROWTH_PAGES = 32;

/**
 * The most bytes that one byte of a record can become: one that is not UTF-8, in a string in JSON in a string, is
 * `\\ufffd`, and an empty element of two bytes is at most ten with what stands around it.
 */
export const EXPANSION: usize = 8;
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
  if (memory.grow(max(missing, GROWTH_PAGES)) < 0 && memory.grow(missing) < 0) reject(Reason.TooLarge);
}
