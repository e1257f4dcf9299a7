import { after, keyRange, readAttribute, sortByKey, valueRange } from './attributes';
import { reject } from './host';
import { writeMap } from './maps';
import { ATTRIBUTES, reserveFor } from './memory';
import { endOf, isEmpty, lengthOf, NOWHERE, Range, range, startOf } from './range';
import { KEY_RESOURCE_HASH, KEY_SERVICE_NAME, KEY_TRACE_ID } from './settings';
import { copy } from './text';
import { writeRawText } from './values';
import { readBytes, readVarint, skipUnknown, varint } from './wire';

/**
 * What all rows of a resource, and of an instrumentation scope, share. Texts that are written once and copied into each
 * row lie among the rows.
 */

/** JSON of the resource's attributes. */
export let resourceAttributes: Range = NOWHERE;
/** As it was sent. */
export let resourceSchemaUrl: Range = NOWHERE;
/** The text of the first `service.name`, as it was sent, and copied: it may be the key of rows. */
export let serviceName: Range = NOWHERE;

/** What the host makes the hash of the resource from, when it is the key of the signal's rows. */
export let resourceHashSource: Range = NOWHERE;

/** JSON of the scope's attributes. */
export let scopeAttributes: Range = NOWHERE;
export let scopeDroppedAttributesCount: u32 = 0;
/** As they were sent. */
export let scopeName: Range = NOWHERE;
export let scopeVersion: Range = NOWHERE;
export let scopeSchemaUrl: Range = NOWHERE;

/** Fields that ResourceSpans, ResourceLogs and ResourceMetrics have, and those that their scopes have: the numbers agree. */
const SUBJECT: u8 = 0x0a;
export const CHILD: u8 = 0x12;
const SCHEMA_URL: u8 = 0x1a;

const KEY_MARK: u8 = 0xf4;
const VALUE_MARK: u8 = 0xf7;

let subject: Range = NOWHERE;
let schemaUrl: Range = NOWHERE;

/** Reads the resource of a ResourceSpans or its like. Returns where what was written ends. */
export function readResource(at: usize, message: Range, key: u32): usize {
  readSubject(message);
  resourceSchemaUrl = schemaUrl;
  const entriesEnd = readResourceAttributes(subject);
  reserveFor(at, subject, lengthOf(subject));
  const name = findServiceName(ATTRIBUTES, entriesEnd);
  const nameEnd = copy(at, startOf(name), endOf(name));
  serviceName = range(at, nameEnd);
  const end = writeMap(nameEnd, ATTRIBUTES, entriesEnd);
  resourceAttributes = range(nameEnd, end);
  return key === KEY_RESOURCE_HASH ? writeHashSource(end, entriesEnd) : end;
}

/** The key of all rows of the resource, by the strategies that do not look at the item. */
export function keyOfResource(strategy: u32): Range {
  if (strategy === KEY_SERVICE_NAME) return serviceName;
  return strategy === KEY_RESOURCE_HASH ? resourceHashSource : NOWHERE;
}

/** The key of a row of a span or a log record. `traceId` is the text of its trace id. */
export function keyOf(strategy: u32, traceId: Range): Range {
  return strategy === KEY_TRACE_ID ? traceId : keyOfResource(strategy);
}

/** See `resourceHash` of the plain transform. */
function writeHashSource(begin: usize, entriesEnd: usize): usize {
  reserveFor(begin, subject);
  sortByKey(ATTRIBUTES, entriesEnd);
  let at = begin;
  for (let entry = ATTRIBUTES; entry < entriesEnd; entry = after(entry)) {
    store<u8>(at, KEY_MARK);
    at = copy(at + 1, startOf(keyRange(entry)), endOf(keyRange(entry)));
    store<u8>(at, VALUE_MARK);
    at = writeRawText(at + 1, valueRange(entry), entriesEnd);
  }
  resourceHashSource = range(begin, at);
  return at;
}

/** Reads the scope of a ScopeSpans or its like. Returns where what was written ends. */
export function readScope(at: usize, message: Range): usize {
  readSubject(message);
  scopeSchemaUrl = schemaUrl;
  const entriesEnd = readScopeFields(subject);
  reserveFor(at, subject);
  const end = writeMap(at, ATTRIBUTES, entriesEnd);
  scopeAttributes = range(at, end);
  return end;
}

/** Sees to it that any number of the shared texts above, each once, can be written at `at`. */
export function reserveShared(at: usize): void {
  const written = lengthOf(resourceAttributes) + lengthOf(scopeAttributes);
  const escaped =
    lengthOf(resourceSchemaUrl) +
    lengthOf(serviceName) +
    lengthOf(scopeName) +
    lengthOf(scopeVersion) +
    lengthOf(scopeSchemaUrl);
  reserveFor(at, range(0, escaped), written);
}

/** The resource or scope may come after its scopes or items, so they are read in a second pass. */
function readSubject(message: Range): void {
  subject = NOWHERE;
  schemaUrl = NOWHERE;
  const end = endOf(message);
  for (let at = startOf(message); at < end; ) {
    switch (load<u8>(at)) {
      case SUBJECT:
        if (subject !== NOWHERE) reject(); // Two would have to be merged.
        subject = readBytes(at + 1, end);
        at = endOf(subject);
        break;
      case CHILD:
        at = endOf(readBytes(at + 1, end));
        break;
      case SCHEMA_URL:
        schemaUrl = readBytes(at + 1, end);
        at = endOf(schemaUrl);
        break;
      default:
        at = skipUnknown(at, end, 3);
    }
  }
}

/** Puts the attributes into entries and returns where these end. Entity references are as unknown here as to the plain transform. */
function readResourceAttributes(resource: Range): usize {
  let entry = ATTRIBUTES;
  const end = endOf(resource);
  for (let at = startOf(resource); at < end; ) {
    switch (load<u8>(at)) {
      case 0x0a:
        at = readAttribute(entry, at + 1, end);
        entry = after(entry);
        break;
      case 0x10: // dropped_attributes_count
        at = readVarint(at + 1, end);
        break;
      default:
        at = skipUnknown(at, end, 2);
    }
  }
  return entry;
}

function readScopeFields(scope: Range): usize {
  scopeName = NOWHERE;
  scopeVersion = NOWHERE;
  scopeDroppedAttributesCount = 0;
  let entry = ATTRIBUTES;
  const end = endOf(scope);
  for (let at = startOf(scope); at < end; ) {
    switch (load<u8>(at)) {
      case 0x0a:
        scopeName = readBytes(at + 1, end);
        at = endOf(scopeName);
        break;
      case 0x12:
        scopeVersion = readBytes(at + 1, end);
        at = endOf(scopeVersion);
        break;
      case 0x1a:
        at = readAttribute(entry, at + 1, end);
        entry = after(entry);
        break;
      case 0x20:
        at = readVarint(at + 1, end);
        scopeDroppedAttributesCount = varint as u32;
        break;
      default:
        at = skipUnknown(at, end, 4);
    }
  }
  return entry;
}

function findServiceName(first: usize, end: usize): Range {
  for (let entry = first; entry < end; entry = after(entry)) {
    if (isServiceName(keyRange(entry))) return textOf(valueRange(entry));
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

/** A service name that is no string is for the plain transform. */
function textOf(value: Range): Range {
  if (isEmpty(value)) return NOWHERE;
  const end = endOf(value);
  if (load<u8>(startOf(value)) !== 0x0a) reject();
  const text = readBytes(startOf(value) + 1, end);
  if (endOf(text) !== end) reject();
  return text;
}
