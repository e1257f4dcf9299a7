import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { splitRowId } from '../stream/row-id.js';
import type { Identity } from './identities.js';
import { stringMembers } from './row-members.js';

/** A row by its hashes. Equal rows have equal ones; 128 bits make it certain enough that others do not. */
export interface Fingerprint {
  /** SHA-1, a character for each of its bytes; 16 of them count. The same for rows that are the same one. */
  identity: string;
  /** 32 bits that are a part of the identity: rows that must not stand for each other differ in it. */
  salt: number;
  /** Tells rows of one identity apart; 0 where they are not compared. */
  value: number;
  key: number;
}

/** @param slot tells apart what must not stand for each other, such as rows of different topics. */
export type FingerprintOf = (slot: number, key: Buffer | null, value: Buffer | null) => Fingerprint;

/** In the salt of those whose identity is their ids: a value with the same text is another one. */
const IDS = 0x80;
/** How otelrows itself begins the row of a span. Members in another order, or with escapes, are looked for one by one. */
const SPAN_BEGIN =
  /^\{"Timestamp":(?:"[^"\\]*"|[-\d.]+),"TraceId":"([\da-f]*)","SpanId":"([\da-f]*)","ParentSpanId":"[\da-f]*"/;
const SPAN_BEGIN_BYTES = 200;
const SPAN_MEMBERS: ReadonlySet<string> = new Set(['TraceId', 'SpanId', 'ParentSpanId']);

/**
 * @param spanSlots where spans may be: nowhere else are rows looked through for the ids of one. Rows of the same slot are
 *   always told by the same.
 */
export function fingerprinter(identity: Identity, spanSlots: ReadonlySet<number>): FingerprintOf {
  if (identity === 'row') {
    return (slot, key, value) => ({
      identity: hash('sha1', `${digestOf(key)}${digestOf(withoutRowId(value))}`, 'binary'),
      salt: slot,
      value: 0,
      key: 0,
    });
  }
  const contents = identity === 'item';
  return (slot, key, identified) => {
    const value = withoutRowId(identified);
    const ids = value !== null && spanSlots.has(slot) ? spanIds(value) : null;
    const keyWord = contents ? wordOf(key) : 0;
    // Where the identity is the value, rows that are the same one have the same value.
    if (ids === null) return { identity: digestOf(value), salt: slot, value: 0, key: keyWord };
    return {
      identity: hash('sha1', ids, 'binary'),
      salt: slot | IDS,
      value: contents ? wordOf(value) : 0,
      key: keyWord,
    };
  };
}

/** Whether rows have ids, and of which input they are, is no difference between them. */
function withoutRowId(value: Buffer | null): Buffer | null {
  return value === null ? null : splitRowId(value).row;
}

/** Trace and span id of a span's row; null for rows of other kinds and for spans that have none, in either row format. */
function spanIds(value: Buffer): string | null {
  const [, traceId, id] = SPAN_BEGIN.exec(value.toString('latin1', 0, SPAN_BEGIN_BYTES)) ?? [];
  if (traceId !== undefined && id !== undefined) return /[^0]/.test(id) ? `${traceId}/${id}` : null;
  const members = stringMembers(value, SPAN_MEMBERS);
  // Log records have the ids of their span, but no parent.
  if (members?.size !== SPAN_MEMBERS.size) return null;
  const spanId = members.get('SpanId') ?? '';
  return /^0*$/.test(spanId) ? null : `${members.get('TraceId')}/${spanId}`;
}

/** No key, or no value, is another thing than an empty one. */
function digestOf(bytes: Buffer | null): string {
  return bytes === null ? NO_DIGEST : hash('sha1', bytes, 'binary');
}

const NO_DIGEST = '\0'.repeat(20);

/** Only rows of one identity are told apart by it. */
function wordOf(bytes: Buffer | null): number {
  return bytes === null ? 0 : ~crc32(bytes) >>> 0;
}
