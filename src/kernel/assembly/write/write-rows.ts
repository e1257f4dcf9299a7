import { Kind } from '../generated/columns';
import { Item, Point, Span } from '../item';
import { EXPANSION, ITEMS, output, outputFull, reserveFor } from '../memory';
import { range } from '../range';
import { itemBytes, itemsEnd } from '../read/request';
import { isEnabled, isNative } from '../settings';
import { writeJsonRow } from './json/rows';
import { keyOf } from './keys';
import { writeNativeRow } from './native/rows';
import { sharedTextsOf } from './op';
import { beginRows, keepRow } from './row-list';
import { beginShared, writeShared } from './shared';
import { beginTexts } from './text';

/** Makes rows of the items of the part that was read, each in the encoding of its kind. */

/** Bytes of a row for each byte of an element's class: a time, a number and ids for an element that is empty. */
const ELEMENT_EXPANSION: usize = 4;

const NEWLINE: u8 = 0x0a;

/** The item whose row comes next. */
let next: usize = ITEMS;

export function beginWriting(): void {
  next = ITEMS;
}

/** Writes rows, over those that were written before, until the output is full. @returns whether there are more to write. */
export function writeRows(): bool {
  beginRows();
  beginTexts();
  beginShared();
  let at = output;
  for (; next < itemsEnd; next += itemBytes) {
    if (at > outputFull) return true;
    const item = changetype<Item>(next);
    if (!item.isSkipped && isEnabled(item.kind)) at = writeRow(writeShared(at, item), item);
  }
  return false;
}

/** @returns where the next row begins. */
function writeRow(begin: usize, item: Item): usize {
  const kind = item.kind;
  reserveFor(begin, item.message, sharedTextsOf(kind).bytes + elementsBytes(item) + editedBytes(item));
  const native = isNative(kind);
  const end = native ? writeNativeRow(begin, item) : writeJsonRow(begin, item);
  keepRow(kind, item.index, range(begin, end), keyOf(item));
  if (native) return end;
  // Between rows of JSON for messages of several rows, which are then one piece of this memory: copying their rows instead
  // took 0.5 µs each, making them takes 0.7.
  store<u8>(end, NEWLINE);
  return end + 1;
}

function editedBytes(item: Item): usize {
  return EXPANSION * (item.editedBytes as usize);
}

function elementsBytes(item: Item): usize {
  switch (item.kind) {
    case Kind.Traces: {
      const span = changetype<Span>(item);
      return (span.linksEnd - span.events) * ELEMENT_EXPANSION;
    }
    case Kind.Logs:
      return 0;
  }
  const point = changetype<Point>(item);
  return (point.elementsEnd - point.elements) * ELEMENT_EXPANSION;
}
