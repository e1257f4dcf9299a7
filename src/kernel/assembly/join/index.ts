import { copy } from '../copy';
import { Part, PartForm, partAfter } from './layout';

/**
 * Joins rows in their one-row forms to one block of ClickHouse's Native format: a module of its own, with a memory of its
 * own, since rows come from all records of a batch and from both engines.
 *
 * A block has, part by part, the data of all rows. So it is written part by part, and what is known of a row meanwhile is
 * where its next part begins and how many elements its lists have. That is the fast way too: rows do not wait for each other,
 * and the same is done for one after the other.
 */

export { LAYOUTS as layouts, ROWS as rows } from './layout';

/** A row in the list that the host writes. */
@unmanaged
class Row {
  /** Where its next part begins, at first the row itself. */
  at: u32;
  end: u32;
  /** How many elements its list has, and the lists in that one; the host leaves room for them. */
  count: u32;
  innerCount: u32;
}

const ROW_BYTES: usize = 16;
const END_BYTES: usize = 8;

/** What stands in for where the data ends, where a row is none of the layout: nothing is ever written there. */
const NO_ROW: usize = 0;

/** How many elements the lists of all rows have, and the lists in those: often none, and then nothing is to be done. */
let countOfAll: u64 = 0;
let innerCountOfAll: u64 = 0;

/**
 * @param parts where the parts of the layout begin. @param partsEnd and where they end.
 * @param rows where the list of rows begins. @param rowsEnd and where it ends.
 * @param out has room for the block and 64 bytes more. The host has written what stands in front of the first part.
 * @returns where the block ends; 0 when a row is none of the layout.
 */
export function join(parts: usize, partsEnd: usize, rows: usize, rowsEnd: usize, out: usize): usize {
  let at = out;
  for (let place = parts; place < partsEnd; place = partAfter(place)) {
    const part = changetype<Part>(place);
    if (part.headEnd !== part.head) at = copy(at, part.head, part.headEnd);
    at = writePart(at, part, rows, rowsEnd);
    if (at === NO_ROW) return NO_ROW;
  }
  for (let place = rows; place < rowsEnd; place += ROW_BYTES) {
    const row = changetype<Row>(place);
    if (row.at !== row.end) return NO_ROW;
  }
  return at;
}

/** Writes the data of one part of all rows. @returns where it ends, or `NO_ROW`. */
function writePart(at: usize, part: Part, rows: usize, rowsEnd: usize): usize {
  switch (part.depth) {
    case 0:
      switch (part.form) {
        case PartForm.Ends:
          return writeEnd(at, rows, rowsEnd);
        case PartForm.Texts:
          return writeText(at, rows, rowsEnd);
      }
      return writeNumber(at, part.bytes, rows, rowsEnd);
    case 1:
      if (countOfAll === 0) {
        innerCountOfAll = 0;
        return at;
      }
      switch (part.form) {
        case PartForm.Ends:
          return writeEnds(at, rows, rowsEnd);
        case PartForm.Texts:
          return writeTexts(at, rows, rowsEnd, offsetof<Row>('count'));
      }
      return writeNumbers(at, part.bytes, rows, rowsEnd);
  }
  // The keys and values of maps in lists.
  return innerCountOfAll === 0 ? at : writeTexts(at, rows, rowsEnd, offsetof<Row>('innerCount'));
}

function writeNumber(begin: usize, bytes: usize, rows: usize, rowsEnd: usize): usize {
  let at = begin;
  for (let place = rows; place < rowsEnd; place += ROW_BYTES, at += bytes) {
    const row = changetype<Row>(place);
    store<u64>(at, load<u64>(row.at)); // All numbers are as long or shorter.
    row.at += bytes as u32;
    if (row.at > row.end) return NO_ROW;
  }
  return at;
}

function writeNumbers(begin: usize, bytes: usize, rows: usize, rowsEnd: usize): usize {
  let at = begin;
  for (let place = rows; place < rowsEnd; place += ROW_BYTES) {
    const row = changetype<Row>(place);
    if (row.count === 0) continue;
    const end = row.at + row.count * (bytes as u32);
    if (end > row.end) return NO_ROW;
    at = copy(at, row.at, end);
    row.at = end;
  }
  return at;
}

function writeText(begin: usize, rows: usize, rowsEnd: usize): usize {
  let at = begin;
  for (let place = rows; place < rowsEnd; place += ROW_BYTES) {
    const row = changetype<Row>(place);
    const end = textEnd(row.at, row.end);
    if (end > row.end) return NO_ROW;
    at = copy(at, row.at, end);
    row.at = end as u32;
  }
  return at;
}

/** @param count where in a row the number of texts stands. */
function writeTexts(begin: usize, rows: usize, rowsEnd: usize, count: usize): usize {
  let at = begin;
  for (let place = rows; place < rowsEnd; place += ROW_BYTES) {
    const row = changetype<Row>(place);
    const rowEnd = row.end;
    let end: usize = row.at;
    for (let i = load<u32>(place + count); i > 0 && end <= rowEnd; i--) end = textEnd(end, rowEnd);
    if (end > rowEnd) return NO_ROW;
    at = copy(at, row.at, end);
    row.at = end as u32;
  }
  return at;
}

/** Where a text ends that begins with its length at `at`; behind `rowEnd` when it does not end before. */
function textEnd(at: usize, rowEnd: usize): usize {
  const length = load<u8>(at) as usize;
  if (length < 0x80) return at + 1 + length;
  return longTextEnd(at, rowEnd);
}

function longTextEnd(at: usize, rowEnd: usize): usize {
  let length: u64 = 0;
  for (let shift: u64 = 0, place = at; place < rowEnd && shift < 32; shift += 7) {
    const byte = load<u8>(place++) as u64;
    length |= (byte & 0x7f) << shift;
    if (byte < 0x80) return length > ((rowEnd - place) as u64) ? rowEnd + 1 : place + (length as usize);
  }
  return rowEnd + 1;
}

/** Of the list of each row: how many elements it has, which is where they end in it, counted on over all rows. */
function writeEnd(begin: usize, rows: usize, rowsEnd: usize): usize {
  let at = begin;
  let count: u64 = 0;
  for (let place = rows; place < rowsEnd; place += ROW_BYTES, at += END_BYTES) {
    const row = changetype<Row>(place);
    const end = load<u64>(row.at);
    row.at += END_BYTES as u32;
    // An element has one byte at least.
    if (row.at > row.end || end > ((row.end - row.at) as u64)) return NO_ROW;
    row.count = end as u32;
    count += end;
    store<u64>(at, count);
  }
  countOfAll = count;
  return at;
}

/** Of the lists in the list of each row: where the elements of each end. */
function writeEnds(begin: usize, rows: usize, rowsEnd: usize): usize {
  let at = begin;
  let count: u64 = 0;
  for (let place = rows; place < rowsEnd; place += ROW_BYTES) {
    const row = changetype<Row>(place);
    const endsEnd = row.at + row.count * (END_BYTES as u32);
    if (endsEnd > row.end) return NO_ROW;
    let last: u64 = 0;
    for (let from = row.at; from < endsEnd; from += END_BYTES as u32, at += END_BYTES) {
      const end = load<u64>(from);
      if (end < last || end > ((row.end - endsEnd) as u64)) return NO_ROW;
      last = end;
      store<u64>(at, count + end);
    }
    row.at = endsEnd;
    row.innerCount = last as u32;
    count += last;
  }
  innerCountOfAll = count;
  return at;
}
