import { clear } from '../copy';
import { Kind, Signal } from '../generated/columns';
import { reject } from '../host';
import { Item, LogRecord, Metric, Point, Resource, Scope, Span } from '../item';
import {
  beginEdits,
  ELEMENTS_FULL,
  ENTRIES,
  ENTRIES_FULL,
  INPUT,
  ITEMS,
  ITEMS_END,
  LEFT_ITEM,
  OVERRUN,
  OWNERS,
  OWNERS_END,
} from '../memory';
import { endOf, NOWHERE, Range, startOf } from '../range';
import { Reason } from '../reason';
import { itemsMax } from '../settings';
import { readBytes, skipField, skipUnknown } from '../wire';
import { beginElements, elementsEnd } from './elements';
import { entriesEnd, setEntriesEnd } from './fields';
import { readLogRecord } from './log-record';
import { POINT, readMetric } from './metric';
import { readPoint } from './points';
import { CHILD, readResource, readScope } from './resource';
import { readSpan } from './span';

/**
 * The way from a request to its items, part by part. It is the same for all signals: the messages have their own names,
 * TracesData, ResourceSpans, ScopeSpans, but the fields the same numbers. Metrics have one level more.
 */

const RESOURCE: u8 = 0x0a;

/** Where reading goes on and where it ends, on each level: in the request, a resource, a scope and a metric's data. */
let requestAt: usize = 0;
let requestEnd: usize = 0;
let resourceAt: usize = 0;
let resourceEnd: usize = 0;
let scopeAt: usize = 0;
let scopeEnd: usize = 0;
let pointAt: usize = 0;
let pointEnd: usize = 0;

let signal: u32 = 0;
/** What the next items belong to. */
let resource: Resource = changetype<Resource>(0);
let scope: Scope = changetype<Scope>(0);
let metric: Metric = changetype<Metric>(0);

let ownersEnd: usize = OWNERS;

/** Items of the record so far, whether they make rows or not. */
export let itemCount: u32 = 0;
/** Items of the part lie from `ITEMS` up to here, each as large as those of the signal. */
export let itemsEnd: usize = ITEMS;
export let itemBytes: usize = 0;

/** Whether an item is being read; when none is, what goes wrong concerns the whole record. */
let readingItem: bool = false;

/** Begins with the request in protobuf that lies at `INPUT` and is `length` bytes long. */
export function beginRequest(ofSignal: u32, length: u32): void {
  signal = ofSignal;
  itemBytes = sizeOfItem();
  itemCount = 0;
  requestAt = INPUT;
  requestEnd = INPUT + (length as usize);
  resourceAt = resourceEnd = scopeAt = scopeEnd = pointAt = pointEnd = 0;
  readingItem = false;
}

/** Makes room for the next part. What its first items belong to is read again: the part before has overwritten it. */
export function beginPart(): void {
  itemsEnd = ITEMS;
  ownersEnd = OWNERS;
  beginEdits();
  setEntriesEnd(ENTRIES);
  beginElements();
  if (resourceAt === 0) return;
  const resourceMessage = resource.message;
  const scopeMessage = scope.message;
  const metricMessage = metric.message;
  const inScope = scopeAt !== 0;
  const inMetric = pointAt !== 0;
  newResource(resourceMessage);
  if (inScope) newScope(scopeMessage);
  if (inMetric) newMetric(metricMessage);
  if (isFull()) reject(Reason.TooLarge); // For ever: they leave no room for any item.
}

/** Reads items until the part is full. @returns whether the request goes on behind it. */
export function readPart(): bool {
  let next = toNextItem();
  while (next === Next.Item && !isFull()) {
    readItem();
    next = toNextItem();
  }
  return next !== Next.End;
}

/**
 * After a rejection, leaves the item that was being read to the plain engine, and tells at `LEFT_ITEM` where it and its
 * resource, scope and metric lie, as ranges, and its index.
 *
 * @returns false when none was being read.
 */
export function leaveItem(): bool {
  if (!readingItem) return false;
  readingItem = false;
  const item = changetype<Item>(itemsEnd);
  item.isSkipped = true;
  itemsEnd += itemBytes;
  store<Range>(LEFT_ITEM, resource.message);
  store<Range>(LEFT_ITEM, scope.message, 8);
  store<Range>(LEFT_ITEM, signal === Signal.Metrics ? metric.message : NOWHERE, 16);
  store<Range>(LEFT_ITEM, item.message, 24);
  store<u32>(LEFT_ITEM, item.index, 32);
  return true;
}

enum Next {
  Item,
  /** For what the next item belongs to. */
  NoRoom,
  End,
}

/** Moves to where the next item begins. */
function toNextItem(): Next {
  while (!isAtItem()) {
    if (requestAt >= requestEnd && resourceAt === 0) return Next.End;
    if (hasNoRoom()) return Next.NoRoom;
    enterNext();
  }
  return Next.Item;
}

/** Moves behind what is no item. Levels that end are left. */
function isAtItem(): bool {
  if (signal === Signal.Metrics) {
    pointAt = skipTo(POINT, pointAt, pointEnd);
    if (pointAt < pointEnd) return true;
    pointAt = pointEnd = 0;
  }
  scopeAt = skipTo(CHILD, scopeAt, scopeEnd);
  if (scopeAt < scopeEnd) return signal !== Signal.Metrics;
  scopeAt = scopeEnd = 0;
  resourceAt = skipTo(CHILD, resourceAt, resourceEnd);
  if (resourceAt < resourceEnd) return false;
  resourceAt = resourceEnd = 0;
  while (requestAt < requestEnd && load<u8>(requestAt) !== RESOURCE) {
    requestAt = skipUnknown(requestAt, requestEnd, 1);
  }
  return false;
}

/** Enters the metric, the scope or the resource that comes next. */
function enterNext(): void {
  if (scopeAt !== 0) {
    const message = readBytes(scopeAt + 1, scopeEnd);
    scopeAt = endOf(message);
    newMetric(message);
    pointAt = startOf(metric.data);
    pointEnd = endOf(metric.data);
  } else if (resourceAt !== 0) {
    const message = readBytes(resourceAt + 1, resourceEnd);
    resourceAt = endOf(message);
    newScope(message);
    scopeAt = startOf(message);
    scopeEnd = endOf(message);
  } else {
    const message = readBytes(requestAt + 1, requestEnd);
    requestAt = endOf(message);
    newResource(message);
    resourceAt = startOf(message);
    resourceEnd = endOf(message);
  }
}

/** Where the next field with this tag begins. */
function skipTo(tag: u8, from: usize, end: usize): usize {
  let at = from;
  while (at < end && load<u8>(at) !== tag) at = skipField(at, end);
  return at;
}

function readItem(): void {
  const inMetric = signal === Signal.Metrics;
  const message = inMetric ? readBytes(pointAt + 1, pointEnd) : readBytes(scopeAt + 1, scopeEnd);
  if (itemCount >= itemsMax) reject();
  clear(itemsEnd, itemBytes);
  const item = changetype<Item>(itemsEnd);
  item.message = message;
  item.scope = scope;
  item.index = itemCount++;
  if (inMetric) pointAt = endOf(message);
  else scopeAt = endOf(message);
  // From here on what goes wrong concerns this item.
  readingItem = true;
  switch (signal) {
    case Signal.Traces:
      item.kind = Kind.Traces;
      readSpan(changetype<Span>(itemsEnd));
      break;
    case Signal.Logs:
      item.kind = Kind.Logs;
      readLogRecord(changetype<LogRecord>(itemsEnd));
      break;
    default: {
      const point = changetype<Point>(itemsEnd);
      point.kind = metric.kind;
      point.metric = metric;
      readPoint(point);
    }
  }
  readingItem = false;
  itemsEnd += itemBytes;
}

function sizeOfItem(): usize {
  if (signal === Signal.Traces) return offsetof<Span>();
  return signal === Signal.Logs ? offsetof<LogRecord>() : offsetof<Point>();
}

function newResource(message: Range): void {
  resource = changetype<Resource>(newOwner(offsetof<Resource>()));
  readResource(resource, message);
}

function newScope(message: Range): void {
  scope = changetype<Scope>(newOwner(offsetof<Scope>()));
  readScope(scope, message, resource);
}

function newMetric(message: Range): void {
  metric = changetype<Metric>(newOwner(offsetof<Metric>()));
  readMetric(metric, message);
}

/** A place of zeros. */
function newOwner(bytes: usize): usize {
  const owner = ownersEnd;
  clear(owner, bytes);
  ownersEnd += bytes;
  return owner;
}

function isFull(): bool {
  return (
    itemsEnd + itemBytes + OVERRUN > ITEMS_END || entriesEnd > ENTRIES_FULL || elementsEnd > ELEMENTS_FULL
  );
}

/** Of a resource, a scope or a metric with its attributes. */
function hasNoRoom(): bool {
  const largest = max(offsetof<Resource>(), max(offsetof<Scope>(), offsetof<Metric>()));
  // Up to three of them are read again when the next part begins.
  return ownersEnd + largest + OVERRUN > OWNERS_END || entriesEnd > ENTRIES_FULL;
}
