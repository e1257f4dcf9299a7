import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { InputEncoding } from '../../../src/transform/decode/decode-record.js';
import type { Signal } from '../../../src/transform/decode/otlp.js';
import type { FuzzCase } from './fuzz-case.js';

const FOLDER = new URL('regressions/', import.meta.url);
const FILE =
  /^(?<name>[^.]+)\.(?<signal>traces|logs|metrics)\.(?<encoding>otlp_proto|otlp_json|auto)(?:\.gzip)?\.base64$/;

/**
 * Records that once did what none may: `NAME.SIGNAL.ENCODING.base64`, compressed ones `….gzip.base64`. Where it must have
 * the same rows as another one, that is `….same.base64` or `….same.gzip.base64`.
 */
export function regressions(): (Omit<FuzzCase, 'variant'> & { name: string })[] {
  const files = readdirSync(FOLDER);
  return files.flatMap(file => {
    const { name = '', signal, encoding } = FILE.exec(file)?.groups ?? {};
    if (signal === undefined || encoding === undefined) return [];
    const same = files.find(other => other.startsWith(`${name}.${signal}.${encoding}.same.`));
    const regression = {
      name,
      signal: signal as Signal,
      encoding: encoding as InputEncoding,
      value: bytesOf(file),
    };
    return [same ? { ...regression, sameRowsAs: bytesOf(same) } : regression];
  });
}

function bytesOf(file: string): Buffer {
  const bytes = Buffer.from(readFileSync(new URL(file, FOLDER), 'utf8'), 'base64');
  return file.includes('.gzip.') ? gunzipSync(bytes) : bytes;
}
