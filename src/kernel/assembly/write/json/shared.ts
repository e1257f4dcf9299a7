import { copy } from '../../copy';
import { Column } from '../../generated/columns';
import { Metric, Resource, Scope } from '../../item';
import { EXPANSION, reserve, SHARED, SHARED_END } from '../../memory';
import { endOf, lengthOf, NOWHERE, Range, range, startOf } from '../../range';
import { after, keyRange, valueRange } from '../../read/attributes';
import { entriesEnd } from '../../read/fields';
import { KEY_RESOURCE_HASH } from '../../settings';
import { sortByKey } from '../sort';
import { writeUnsigned } from './integers';
import { writeMap } from './maps';
import { NO_COLUMN, Op, opAfter, SharedTexts, writeOpText } from './op';
import { writeMetricColumn } from './points';
import { writeString } from './text';
import { writeRawText } from './values';

/**
 * Texts that several rows share. They are written once and copied into each row: what a resource is to its rows among the
 * rows, since keys are told by their place there; runs of columns in a place of their own, so that rows of several scopes
 * and metrics lie side by side (see `pack-lines.ts`), unless they are too large for it.
 */

const KEY_MARK: u8 = 0xf4;
const VALUE_MARK: u8 = 0xf7;

/** Attributes of a resource or scope, each in one row's column at least: what stands around them and their names. */
const FIXED_BYTES: usize = 4096;

/** Writes what the rows of a resource need of it. Returns where what was written ends. */
export function writeResource(begin: usize, resource: Resource, key: u32): usize {
  reserve(begin, 3 * textBytes(resource.first, resource.end) + FIXED_BYTES);
  const nameEnd = writeRawText(begin, serviceNameOf(resource));
  resource.serviceName = range(begin, nameEnd);
  const end = writeMap(nameEnd, resource);
  resource.writtenAttributes = range(nameEnd, end);
  if (key !== KEY_RESOURCE_HASH) return end;
  const hashSourceEnd = writeHashSource(end, resource);
  resource.hashSource = range(end, hashSourceEnd);
  return hashSourceEnd;
}

/** See `resourceHash` of the plain engine. */
function writeHashSource(begin: usize, resource: Resource): usize {
  sortByKey(resource.first, resource.end, entriesEnd);
  let at = begin;
  for (let entry = resource.first; entry < resource.end; entry = after(entry)) {
    store<u8>(at, KEY_MARK);
    at = copy(at + 1, startOf(keyRange(entry)), endOf(keyRange(entry)));
    store<u8>(at, VALUE_MARK);
    at = writeRawText(at + 1, valueRange(entry));
  }
  return at;
}

/** The value of the first `service.name`. */
function serviceNameOf(resource: Resource): Range {
  for (let entry = resource.first; entry < resource.end; entry = after(entry)) {
    if (isServiceName(keyRange(entry))) return valueRange(entry);
  }
  return NOWHERE;
}

function isServiceName(key: Range): bool {
  const start = startOf(key);
  return (
    endOf(key) - start === 12 &&
    load<u64>(start) === 0x2e65_6369_7672_6573 && // service.
    load<u32>(start, 8) === 0x656d_616e // name
  );
}

/** Where the next run goes. */
let sharedEnd: usize = SHARED;

/** To be called before the rows are written anew. */
export function beginShared(): void {
  sharedEnd = SHARED;
}

/** Where so many bytes of runs are written: in the place for them, or where the next row would begin. */
function placeFor(bytes: usize, begin: usize): usize {
  if (sharedEnd + bytes <= SHARED_END) return sharedEnd;
  reserve(begin, bytes);
  return begin;
}

/** Ends what was begun there. Returns where the next row begins. */
function endAt(end: usize, place: usize, begin: usize): usize {
  if (place !== sharedEnd) return end;
  sharedEnd = end;
  return begin;
}

/** Writes the runs of a kind's ops that all rows of the scope share. Returns where what was written ends. */
export function writeScopeRuns(begin: usize, firstOp: Op, scope: Scope, shared: SharedTexts): usize {
  const resource = scope.resource;
  const escaped =
    lengthOf(resource.schemaUrl) +
    lengthOf(resource.serviceName) +
    lengthOf(scope.name) +
    lengthOf(scope.version) +
    lengthOf(scope.schemaUrl);
  const written = lengthOf(resource.writtenAttributes) + textBytes(scope.first, scope.end);
  const place = placeFor(EXPANSION * escaped + written + FIXED_BYTES, begin);
  let at = place;
  for (let op = firstOp; op.column !== NO_COLUMN; ) {
    if (op.scopeRunOps === 0) {
      op = opAfter(op);
      continue;
    }
    const runBegin = at;
    const first = op;
    const end = opAfter(op, op.scopeRunOps);
    for (; op !== end; op = opAfter(op)) at = writeScopeColumn(writeOpText(at, op), op.column, scope);
    first.scopeRun = range(runBegin, at);
    first.run = first.scopeRun;
  }
  shared.bytes = at - place;
  return endAt(at, place, begin);
}

/** Writes the runs that all rows of the metric share, with those of its scope in them. */
export function writeMetricRuns(begin: usize, firstOp: Op, metric: Metric, shared: SharedTexts): usize {
  const escaped = lengthOf(metric.name) + lengthOf(metric.description) + lengthOf(metric.unit);
  const place = placeFor(EXPANSION * escaped + shared.bytes + FIXED_BYTES, begin);
  let at = place;
  for (let op = firstOp; op.column !== NO_COLUMN; ) {
    if (op.runOps === 0) {
      op = opAfter(op);
      continue;
    }
    const runBegin = at;
    const first = op;
    const end = opAfter(op, op.runOps);
    while (op !== end) {
      if (op.scopeRunOps === 0) {
        at = writeMetricColumn(writeOpText(at, op), op.column, metric);
        op = opAfter(op);
      } else {
        at = copy(at, startOf(op.scopeRun), endOf(op.scopeRun));
        op = opAfter(op, op.scopeRunOps);
      }
    }
    first.run = range(runBegin, at);
  }
  shared.bytes = max(shared.bytes, at - place);
  return endAt(at, place, begin);
}

function writeScopeColumn(at: usize, column: Column, scope: Scope): usize {
  const resource = scope.resource;
  switch (column) {
    case Column.ServiceName:
      return writeString(at, resource.serviceName);
    case Column.ResourceAttributes:
      return copy(at, startOf(resource.writtenAttributes), endOf(resource.writtenAttributes));
    case Column.ResourceSchemaUrl:
      return writeString(at, resource.schemaUrl);
    case Column.ScopeName:
      return writeString(at, scope.name);
    case Column.ScopeVersion:
      return writeString(at, scope.version);
    case Column.ScopeAttributes:
      return writeMap(at, scope);
    case Column.ScopeDroppedAttrCount:
      return writeUnsigned(at, scope.droppedAttributesCount);
    case Column.ScopeSchemaUrl:
      return writeString(at, scope.schemaUrl);
  }
  return at;
}

/** The most that attributes can become as text. */
function textBytes(first: usize, end: usize): usize {
  let bytes: usize = 0;
  for (let entry = first; entry < end; entry = after(entry)) {
    bytes += EXPANSION * (lengthOf(keyRange(entry)) + lengthOf(valueRange(entry)) + 2);
  }
  return bytes;
}
