import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { InputEncoding } from '../../../src/transform/decode/decode-record.js';
import type { Signal } from '../../../src/transform/decode/otlp.js';
import type { FuzzCase } from './fuzz-case.js';

const FOLDER = new URL('regressions/', import.meta.url);
const FILE =
  /^(?<name>[^.]+)\.(?<signal>traces|logs|metrics)\.(?<encoding>otlp_proto|otlp_json|auto)\.base64$/;

/**
 * Records that once did what none may: `NAME.SIGNAL.ENCODING.base64`, and where it must have the same rows as another
 * one, that as `….same.base64`.
 */
export function regressions(): (Omit<FuzzCase, 'variant'> & { name: string })[] {
  return readdirSync(FOLDER)
    .map(file => FILE.exec(file)?.groups)
    .filter(parts => parts !== undefined)
    .map(({ name = '', signal, encoding }) => {
      const file = new URL(`${name}.${signal}.${encoding}.base64`, FOLDER);
      const same = new URL(`${name}.${signal}.${encoding}.same.base64`, FOLDER);
      return {
        name,
        signal: signal as Signal,
        encoding: encoding as InputEncoding,
        value: bytesOf(file),
        ...(existsSync(same) ? { sameRowsAs: bytesOf(same) } : {}),
      };
    });
}

function bytesOf(file: URL): Buffer {
  return Buffer.from(readFileSync(file, 'utf8'), 'base64');
}
