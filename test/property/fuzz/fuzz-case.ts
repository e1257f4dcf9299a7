import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { InputEncoding } from '../../../src/transform/decode/decode-record.js';
import type { Signal } from '../../../src/transform/decode/otlp.js';

/** A record and the settings to transform it with. */
export interface FuzzCase {
  signal: Signal;
  encoding: InputEncoding;
  value: Buffer;
  /** Name of the settings. */
  variant: string;
  /** The same request as some encoder writes it: its rows must be the same. */
  sameRowsAs?: Buffer;
}

/** With a text that fast-check prints for a failure, ready to be kept. */
export function fuzzCase(parts: FuzzCase): FuzzCase {
  return Object.assign(parts, { [fc.toStringMethod]: () => caseText(parts) });
}

/** Larger ones are printed compressed. */
const PLAIN_BYTES_MAX = 10_000;

/** The record, and the commands that keep it where `regressions.ts` reads it. */
export function caseText({ signal, encoding, value, variant, sameRowsAs }: FuzzCase): string {
  const keep = (bytes: Buffer, same: string) => {
    const large = bytes.length > PLAIN_BYTES_MAX;
    const text = (large ? gzipSync(bytes) : bytes).toString('base64');
    const name = `NAME.${signal}.${encoding}${same}${large ? '.gzip' : ''}.base64`;
    return `echo ${text} > test/property/fuzz/regressions/${name}`;
  };
  return [
    `${signal} in ${encoding}, ${value.length} bytes, settings "${variant}". To keep it, from the repository's root:`,
    keep(value, ''),
    ...(sameRowsAs ? ['and, since it must have the rows of this one,', keep(sameRowsAs, '.same')] : []),
  ].join('\n');
}
