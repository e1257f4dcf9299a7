import { hash } from 'node:crypto';
import { splitRowId } from '../stream/row-id.js';
import type { Identity } from './identities.js';
import { stringMembers } from './row-members.js';

/** A row by its hashes. Equal rows have equal ones; 128 bits make it certain enough that others do not. */
export interface Fingerprint {
  /** 16 characters of one byte each: the same for rows that are the same one. */
  identity: string;
  /** Tells rows of one identity apart; 0 where they are not compared. */
  value: number;
  key: number;
}

/** @param slot tells apart what must not stand for each other, such as rows of different topics. */
export type FingerprintOf = (slot: number, key: Buffer | null, value: Buffer | null) => Fingerprint;

const IDENTITY_BYTES = 16;
const SPAN_MEMBERS: ReadonlySet<string> = new Set(['TraceId', 'SpanId', 'ParentSpanId']);

export function fingerprinter(identity: Identity): FingerprintOf {
  if (identity === 'row') {
    return (slot, key, value) => ({
      identity: digest(slot, `${digestOf(key)}${digestOf(withoutRowId(value))}`),
      value: 0,
      key: 0,
    });
  }
  return (slot, key, identified) => {
    const value = withoutRowId(identified);
    const ids = value === null ? null : spanIds(value);
    if (identity === 'ids') return { identity: digest(slot, ids ?? digestOf(value)), value: 0, key: 0 };
    const whole = digestOf(value);
    return { identity: digest(slot, ids ?? whole), value: wordOf(whole), key: wordOf(digestOf(key)) };
  };
}

/** Whether rows have ids, and of which input they are, is no difference between them. */
function withoutRowId(value: Buffer | null): Buffer | null {
  return value === null ? null : splitRowId(value).row;
}

/** Trace and span id of a span's row; null for rows of other kinds and for spans that have none, in either row format. */
function spanIds(value: Buffer): string | null {
  const members = stringMembers(value, SPAN_MEMBERS);
  // Log records have the ids of their span, but no parent.
  if (members?.size !== SPAN_MEMBERS.size) return null;
  const spanId = members.get('SpanId') ?? '';
  return /^0*$/.test(spanId) ? null : `${members.get('TraceId')}/${spanId}`;
}

function digest(slot: number, text: string): string {
  return hash('sha1', `${slot}/${text}`, 'binary').slice(0, IDENTITY_BYTES);
}

/** No key, or no value, is another thing than an empty one. */
function digestOf(bytes: Buffer | null): string {
  return bytes === null ? '' : hash('sha1', bytes, 'binary');
}

function wordOf(digest: string): number {
  return (
    ((digest.charCodeAt(0) << 24) |
      (digest.charCodeAt(1) << 16) |
      (digest.charCodeAt(2) << 8) |
      digest.charCodeAt(3)) >>>
    0
  );
}
