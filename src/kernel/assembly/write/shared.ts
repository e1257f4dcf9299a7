import { copy } from '../copy';
import { Kind } from '../generated/columns';
import { Item, Metric, Point, Resource, Scope } from '../item';
import { EXPANSION, reserve, SHARED, SHARED_END } from '../memory';
import { endOf, lengthOf, NOWHERE, Range, range, startOf } from '../range';
import { after, keyRange, valueRange } from '../read/entries';
import { entriesEnd } from '../read/fields';
import { isNative, KEY_RESOURCE_HASH } from '../settings';
import { writeMap as writeJsonMap } from './json/maps';
import * as json from './json/scopes';
import { keyOfKind } from './keys';
import { writeMap as writeNativeMap } from './native/maps';
import * as native from './native/scopes';
import { firstOpOf, NO_COLUMN, Op, opAfter, SharedTexts, sharedTextsOf, writeOpText } from './op';
import { sortByKey } from './sort';
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

/** Counts the calls of `writeRows`: texts that rows share last as long as the rows that it writes. */
let epoch: u32 = 0;

/** Where the next run goes. */
let sharedEnd: usize = SHARED;

/** To be called before the rows are written again. */
export function beginShared(): void {
  epoch++;
  sharedEnd = SHARED;
}

/** Writes what the item's row shares with others and those before it did not. Returns where the row begins. */
export function writeShared(begin: usize, item: Item): usize {
  const kind = item.kind;
  const shared = sharedTextsOf(kind);
  const scope = changetype<usize>(item.scope);
  let at = begin;
  if (shared.epoch !== epoch || shared.scope !== scope) {
    at = writeResource(at, item.scope.resource, kind);
    at = writeScopeRuns(at, kind, item.scope, shared);
    shared.epoch = epoch;
    shared.scope = scope;
    shared.metric = 0;
  }
  if ((kind as i32) < Kind.Gauge) return at;
  const metric = changetype<Point>(item).metric;
  if (shared.metric === changetype<usize>(metric)) return at;
  shared.metric = changetype<usize>(metric);
  return writeMetricRuns(at, kind, metric, shared);
}

/** Writes what rows of this kind need of their resource. Returns where what was written ends. */
function writeResource(begin: usize, resource: Resource, kind: u32): usize {
  const isNew = resource.epoch !== epoch;
  let at = isNew ? writeKeys(begin, resource, kind) : begin;
  if (isNew || resource.isNative !== isNative(kind)) at = writeAttributes(at, resource, isNative(kind));
  resource.epoch = epoch;
  return at;
}

/** Of a resource: what is the key of its rows, and what goes into it. */
function writeKeys(begin: usize, resource: Resource, kind: u32): usize {
  reserve(begin, 2 * textBytes(resource.first, resource.end) + FIXED_BYTES);
  const nameEnd = writeRawText(begin, serviceNameOf(resource));
  resource.serviceName = range(begin, nameEnd);
  if (keyOfKind(kind) !== KEY_RESOURCE_HASH) return nameEnd;
  const hashSourceEnd = writeHashSource(nameEnd, resource);
  resource.hashSource = range(nameEnd, hashSourceEnd);
  return hashSourceEnd;
}

/** The attributes, which each of its scopes has in its runs. */
function writeAttributes(begin: usize, resource: Resource, asNative: bool): usize {
  reserve(begin, textBytes(resource.first, resource.end) + FIXED_BYTES);
  const end = asNative ? writeNativeMap(begin, resource) : writeJsonMap(begin, resource);
  resource.writtenAttributes = range(begin, end);
  resource.isNative = asNative;
  return end;
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
function writeScopeRuns(begin: usize, kind: u32, scope: Scope, shared: SharedTexts): usize {
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
  for (let op = firstOpOf(kind); op.column !== NO_COLUMN; ) {
    if (op.scopeRunOps === 0) {
      op = opAfter(op);
      continue;
    }
    const runBegin = at;
    const first = op;
    const end = opAfter(op, op.scopeRunOps);
    for (; op !== end; op = opAfter(op))
      at = writeScopeColumn(writeOpText(at, op), op, scope, isNative(kind));
    first.scopeRun = range(runBegin, at);
    first.run = first.scopeRun;
  }
  shared.bytes = at - place;
  return endAt(at, place, begin);
}

/** Writes the runs that all rows of the metric share, with those of its scope in them. */
function writeMetricRuns(begin: usize, kind: u32, metric: Metric, shared: SharedTexts): usize {
  const escaped = lengthOf(metric.name) + lengthOf(metric.description) + lengthOf(metric.unit);
  const place = placeFor(EXPANSION * escaped + shared.bytes + FIXED_BYTES, begin);
  let at = place;
  for (let op = firstOpOf(kind); op.column !== NO_COLUMN; ) {
    if (op.runOps === 0) {
      op = opAfter(op);
      continue;
    }
    const runBegin = at;
    const first = op;
    const end = opAfter(op, op.runOps);
    while (op !== end) {
      if (op.scopeRunOps === 0) {
        at = writeMetricColumn(writeOpText(at, op), op, metric, isNative(kind));
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

function writeScopeColumn(at: usize, op: Op, scope: Scope, asNative: bool): usize {
  return asNative
    ? native.writeScopeColumn(at, op.column, scope)
    : json.writeScopeColumn(at, op.column, scope);
}

function writeMetricColumn(at: usize, op: Op, metric: Metric, asNative: bool): usize {
  return asNative
    ? native.writeMetricColumn(at, op.column, metric)
    : json.writeMetricColumn(at, op.column, metric);
}

/** The most that attributes can become as text. */
function textBytes(first: usize, end: usize): usize {
  let bytes: usize = 0;
  for (let entry = first; entry < end; entry = after(entry)) {
    bytes += EXPANSION * (lengthOf(keyRange(entry)) + lengthOf(valueRange(entry)) + 2);
  }
  return bytes;
}
