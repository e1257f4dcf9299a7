import { copy } from '../../copy';
import { Kind } from '../../generated/columns';
import { Item, LogRecord, Point, Resource, Span } from '../../item';
import { ITEMS, OUTPUT, OUTPUT_FULL, reserveFor } from '../../memory';
import { endOf, NOWHERE, Range, range, startOf } from '../../range';
import { itemBytes, itemsEnd } from '../../read/request';
import {
  isEnabled,
  KEY_RESOURCE_HASH,
  KEY_SERVICE_NAME,
  KEY_TRACE_ID,
  logsKey,
  metricsKey,
  tracesKey,
} from '../../settings';
import { beginRows, keepRow } from '../rows';
import { writeLogColumn } from './log-records';
import { firstOpOf, NO_COLUMN, opAfter, sharedTextsOf, writeOpText } from './op';
import { writePointColumn } from './points';
import { beginShared, writeMetricRuns, writeResource, writeScopeRuns } from './shared';
import { traceIdText, writeSpanColumn } from './spans';
import { beginTexts } from './text';

/** Rows as JSON, of the items of the part that was read, by the ops of their kinds. */

/** Bytes of a row for each byte of an element's class: a time, a number and ids for an element that is empty. */
const ELEMENT_EXPANSION: usize = 4;

/** Counts the calls of `writeRows`: texts that rows share last as long as the rows that it writes. */
let epoch: u32 = 0;

/** The item whose row comes next. */
let next: usize = ITEMS;

export function beginWriting(): void {
  next = ITEMS;
}

/** Writes rows, over those that were written before, until the output is full. @returns whether there are more to write. */
export function writeRows(): bool {
  epoch++;
  beginRows();
  beginTexts();
  beginShared();
  let at = OUTPUT;
  for (; next < itemsEnd; next += itemBytes) {
    if (at > OUTPUT_FULL) return true;
    const item = changetype<Item>(next);
    if (!item.isLeft && isEnabled(item.kind)) at = writeRow(writeShared(at, item), item);
  }
  return false;
}

/** Writes the texts that the rows before did not share with this one. */
function writeShared(begin: usize, item: Item): usize {
  const resource = item.scope.resource;
  let at = resource.epoch === epoch ? begin : writeResource(begin, resource, keyOfKind(item.kind));
  resource.epoch = epoch;
  const firstOp = firstOpOf(item.kind);
  const shared = sharedTextsOf(item.kind);
  const scope = changetype<usize>(item.scope);
  if (shared.epoch !== epoch || shared.scope !== scope) {
    at = writeScopeRuns(at, firstOp, item.scope, shared);
    shared.epoch = epoch;
    shared.scope = scope;
    shared.metric = 0;
  }
  if ((item.kind as i32) < Kind.Gauge) return at;
  const metric = changetype<Point>(item).metric;
  if (shared.metric === changetype<usize>(metric)) return at;
  shared.metric = changetype<usize>(metric);
  return writeMetricRuns(at, firstOp, metric, shared);
}

function writeRow(begin: usize, item: Item): usize {
  const kind = item.kind;
  reserveFor(begin, item.message, sharedTextsOf(kind).bytes + elementsBytes(item));
  let at = begin;
  let op = firstOpOf(kind);
  while (op.column !== NO_COLUMN) {
    if (op.runOps !== 0) {
      at = copy(at, startOf(op.run), endOf(op.run));
      op = opAfter(op, op.runOps);
    } else {
      at = writeColumn(writeOpText(at, op), op.column, item);
      op = opAfter(op);
    }
  }
  const row = range(begin, writeOpText(at, op));
  return keepRow(kind, item.index, row, keyOf(keyOfKind(kind), item));
}

/** A column that the row shares with no other. */
function writeColumn(at: usize, column: u32, item: Item): usize {
  switch (item.kind) {
    case Kind.Traces:
      return writeSpanColumn(at, column, changetype<Span>(item));
    case Kind.Logs:
      return writeLogColumn(at, column, changetype<LogRecord>(item));
  }
  return writePointColumn(at, column, changetype<Point>(item));
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

function keyOfKind(kind: u32): u32 {
  return kind === Kind.Traces ? tracesKey : kind === Kind.Logs ? logsKey : metricsKey;
}

/** The key of the row that was written last. */
function keyOf(strategy: u32, item: Item): Range {
  const resource: Resource = item.scope.resource;
  switch (strategy) {
    case KEY_TRACE_ID:
      return (item.kind as i32) < Kind.Gauge ? traceIdText : NOWHERE;
    case KEY_SERVICE_NAME:
      return resource.serviceName;
    case KEY_RESOURCE_HASH:
      return resource.hashSource;
  }
  return NOWHERE;
}
