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

/** A name of the file under which a case is kept tells signal and encoding; `regressions.ts` reads it. */
export function caseText({ signal, encoding, value, variant, sameRowsAs }: FuzzCase): string {
  const lines = [
    `${signal} in ${encoding}, ${value.length} bytes, settings "${variant}". To keep it, from the repository's root:`,
    `echo ${value.toString('base64')} > test/property/fuzz/regressions/NAME.${signal}.${encoding}.base64`,
  ];
  if (sameRowsAs) {
    lines.push(
      'and, since it must have the rows of',
      `echo ${sameRowsAs.toString('base64')} > test/property/fuzz/regressions/NAME.${signal}.${encoding}.same.base64`,
    );
  }
  return lines.join('\n');
}
