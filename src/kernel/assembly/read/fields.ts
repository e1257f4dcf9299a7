import { reject } from '../host';
import { AttributeList, Metric } from '../item';
import { FIELDS, FIELDS_END } from '../memory';
import { endOf, lengthOf, NOWHERE, Range, startOf } from '../range';
import { Reason } from '../reason';
import { readBytes, readVarint, skip4, skip8, skipUnknown, varint } from '../wire';
import { readAttribute, readUsualAttribute } from './attributes';
import { after } from './entries';

/**
 * Messages are read by tables: for the first byte of each tag, what to do with the field and where it goes in the message's
 * class (`../item.ts`). The tables are written when the kernel is made, by the files that name their fields.
 *
 * A field that a table does not name is passed over when its number is above all that the message knows. A lower one is
 * known, but written in another way than usual, and that is for the plain engine to judge.
 */

/** What is done with a field. The value of most goes to the place that the table tells. */
export enum Field {
  Unknown,
  /** Eight or four bytes as they are: fixed64, sfixed64, double; fixed32. */
  Eight,
  Four,
  /** An sfixed64 that becomes a double. */
  IntegerAsDouble,
  /** The lower half of a varint. */
  Varint,
  Bool,
  /** A sint32. */
  Zigzag,
  /** The range of a string, of bytes or of a message. */
  Bytes,
  TraceId,
  SpanId,
  /** A list of numbers of eight bytes, or of varints, packed and all in one: two would have to be appended. */
  PackedEights,
  PackedVarints,
  /** A oneof that is a message: two would have to be merged. */
  Once,
  Attribute,
  /** A message of its own, read into the same place by another table, whose number the table tells. Two are merged so. */
  Nested,
  /** A message of a list, which waits in `SUBMESSAGES` until its item has been read, from the begin or from the end of it. */
  Submessage,
  OtherSubmessage,
  /** One of the messages that a metric's data may be; the table tells its kind. */
  Data,
  /** Passed over, but looked at: a varint, a fixed32, a double, a message. */
  SkipVarint,
  SkipFour,
  SkipEight,
  SkipBytes,
  /** A fixed32 whose tag has a second byte, 1. */
  SkipFourLongTag,
}

const TABLE_BYTES: usize = 0x400;

/** Of the entries of one list: behind the fullest part there is place for so many and, to sort them, half as many. */
const LIST_BYTES_MAX: usize = 0x8_0000;

/** Submessages of the item that is being read: ranges from here on, and from the end of the place backwards. */
export let submessagesEnd: usize = 0;
export let otherSubmessages: usize = 0;

/** Where the next attribute goes. */
export let entriesEnd: usize = 0;

export function setEntriesEnd(end: usize): void {
  entriesEnd = end;
}

export function beginSubmessages(begin: usize, end: usize): void {
  submessagesEnd = begin;
  otherSubmessages = end;
}

/** A message's table. The last of its numbers is the highest field number that the message has. */
export function tableOf(message: u32): usize {
  return FIELDS + (message as usize) * TABLE_BYTES;
}

/** @param tag the first byte of the field's tag. @param place the offset in the message's class, or the number of a table. */
export function define(table: usize, tag: u32, field: Field, place: usize = 0): void {
  if (table + TABLE_BYTES > FIELDS_END) unreachable();
  store<u32>(table + ((tag as usize) << 2), ((place as u32) << 8) | (field as u32));
}

/** A tag of 0 does not exist, so its slot has the highest field number. */
export function defineMessage(message: u32, fieldNumberMax: u32): usize {
  const table = tableOf(message);
  store<u32>(table, fieldNumberMax << 8);
  return table;
}

/** Reads the fields of a message into `to`. Attributes are appended at `entriesEnd`. */
export function readFields(message: Range, table: usize, to: usize): void {
  const end = endOf(message);
  for (let at = startOf(message); at < end; ) {
    const entry = load<u32>(table + ((load<u8>(at) as usize) << 2));
    const place = to + ((entry >>> 8) as usize);
    switch (entry & 0xff) {
      case Field.Attribute:
        at = readAttributes(at, end);
        break;
      case Field.Eight:
        store<u64>(place, load<u64>(at, 1));
        at = skip8(at + 1, end);
        break;
      case Field.Bytes: {
        const bytes = readBytes(at + 1, end);
        store<u64>(place, bytes);
        at = endOf(bytes);
        break;
      }
      case Field.TraceId:
        at = readId(place, at + 1, end, 16);
        break;
      case Field.SpanId:
        at = readId(place, at + 1, end, 8);
        break;
      case Field.Varint:
        at = readVarint(at + 1, end);
        store<u32>(place, varint as u32);
        break;
      case Field.Four:
        store<u32>(place, load<u32>(at, 1));
        at = skip4(at + 1, end);
        break;
      case Field.IntegerAsDouble:
        store<f64>(place, load<i64>(at, 1) as f64);
        at = skip8(at + 1, end);
        break;
      case Field.Bool:
        at = readVarint(at + 1, end);
        store<u32>(place, (varint !== 0) as u32);
        break;
      case Field.Zigzag:
        at = readVarint(at + 1, end);
        store<i32>(place, zigzag(varint));
        break;
      case Field.PackedEights: {
        const list = readOnce(place, at + 1, end);
        if (lengthOf(list) % 8 !== 0) reject();
        at = endOf(list);
        break;
      }
      case Field.PackedVarints:
      case Field.Once:
        at = endOf(readOnce(place, at + 1, end));
        break;
      case Field.Nested: {
        const nested = readBytes(at + 1, end);
        readFields(nested, tableOf(entry >>> 8), to);
        at = endOf(nested);
        break;
      }
      case Field.Submessage: {
        const submessage = readBytes(at + 1, end);
        if (submessagesEnd >= otherSubmessages) reject(Reason.TooLarge);
        store<u64>(submessagesEnd, submessage);
        submessagesEnd += sizeof<Range>();
        at = endOf(submessage);
        break;
      }
      case Field.OtherSubmessage: {
        const submessage = readBytes(at + 1, end);
        if (submessagesEnd >= otherSubmessages) reject(Reason.TooLarge);
        otherSubmessages -= sizeof<Range>();
        store<u64>(otherSubmessages, submessage);
        at = endOf(submessage);
        break;
      }
      case Field.Data: {
        const metric = changetype<Metric>(to);
        if (metric.kind !== 0) reject(Reason.Merged); // The last one would count.
        metric.kind = entry >>> 8;
        metric.data = readBytes(at + 1, end);
        at = endOf(metric.data);
        break;
      }
      case Field.SkipVarint:
        at = readVarint(at + 1, end);
        break;
      case Field.SkipFour:
        at = skip4(at + 1, end);
        break;
      case Field.SkipEight:
        at = skip8(at + 1, end);
        break;
      case Field.SkipBytes:
        at = endOf(readBytes(at + 1, end));
        break;
      case Field.SkipFourLongTag:
        if (load<u8>(at, 1) !== 1) reject();
        at = skip4(at + 2, end);
        break;
      default:
        at = skipUnknown(at, end, load<u32>(table) >>> 8);
    }
  }
}

/** The same for a message that has attributes: their entries lie together, behind all that there are. */
export function readWithAttributes(message: Range, table: usize, to: AttributeList): void {
  to.first = entriesEnd;
  readFields(message, table, changetype<usize>(to));
  to.end = entriesEnd;
  if (to.end - to.first > LIST_BYTES_MAX) reject(Reason.TooLarge);
}

/** Reads attributes as long as one follows another, as they do with all senders. */
function readAttributes(from: usize, end: usize): usize {
  const tag = load<u8>(from);
  let at = from;
  let entry = entriesEnd;
  do {
    const usualEnd = readUsualAttribute(entry, at + 1, end);
    at = usualEnd !== 0 ? usualEnd : readAttribute(entry, at + 1, end, 1);
    entry = after(entry);
  } while (at < end && load<u8>(at) === tag);
  entriesEnd = entry;
  return at;
}

function readId(place: usize, at: usize, end: usize, idBytes: usize): usize {
  const id = readBytes(at, end);
  const length = lengthOf(id);
  if (length !== idBytes && length !== 0) reject();
  store<u64>(place, id);
  return endOf(id);
}

function readOnce(place: usize, at: usize, end: usize): Range {
  if (load<u64>(place) !== NOWHERE) reject(Reason.Merged);
  const bytes = readBytes(at, end);
  store<u64>(place, bytes);
  return bytes;
}

/** The zigzag is undone first and then the upper bits are dropped, as the plain reader does. */
function zigzag(bits: u64): i32 {
  return ((bits >>> 1) as i32) ^ -((bits & 1) as i32);
}
