import { asBuffer } from '../../values/text.js';

/** Ids as lower-case hex. An id whose bytes are all zero means that there is none, as does an id of no bytes. */

export const TRACE_ID_BYTES = 16;
export const SPAN_ID_BYTES = 8;

export function hexOrEmpty(id: Uint8Array): string {
  return id.every(byte => byte === 0) ? '' : hex(id);
}

export function hexOrZeros(id: Uint8Array, bytesLength: number): string {
  return id.length === 0 ? '0'.repeat(2 * bytesLength) : hex(id);
}

export function hex(bytes: Uint8Array): string {
  return asBuffer(bytes).toString('hex');
}
