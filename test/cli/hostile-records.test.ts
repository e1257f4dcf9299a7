import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { HOSTILE_RECORDS, type HostileKind } from '../support/hostile-records.js';
import { measureRecord } from '../support/measure-record.js';

const MB = 1_000_000;
/** As large as the default of `limits.max_record_bytes` takes. */
const RECORD_BYTES = 60 * 2 ** 20;
/** Without a client and its copy of the record, which are what is left of 512 MB. */
const RESIDENT_BYTES_MAX = 410 * MB;
/** What Node takes for its heap where there are 512 MB in all. */
const SMALL_HEAP = '--max-old-space-size=256';

// All kinds, with how long each keeps the process from answering: npm run bench -- hostile.
const KINDS = [
  'text: not UTF-8',
  'text: not UTF-8, JSON',
  'text: quotes, JSON',
  'text: halves of pairs, JSON',
  'text: in 64 levels of arrays',
  'texts: not UTF-8, 2 MB each, of many items',
  'bytes: in base64',
  'attributes: empty',
  'attributes: small',
  'attributes: keys that are not UTF-8',
  'attributes: of a resource, many items',
  'values: of one map, one key',
  'values: deep, many',
  'items: small, a resource that is not UTF-8',
  'items: unusual, one large resource',
  'resources: of one span each',
  'exemplars: empty',
] satisfies HostileKind[];

describe.runIf(process.platform === 'linux')('what a record of 60 MiB takes', () => {
  it.each(KINDS)('is bounded: %s', kind => {
    const { peakBytes, rows, problem } = measureRecord(HOSTILE_RECORDS[kind](RECORD_BYTES), {}, [SMALL_HEAP]);
    expect({ rows, reason: problem.split(':')[0] }).toEqual({
      rows: 0,
      reason: expect.stringMatching(/^(bytes_limit|row_too_large)$/),
    });
    expect(peakBytes).toBeLessThan(RESIDENT_BYTES_MAX);
  });

  it('is bounded when its sender had compressed it to a few kilobytes', () => {
    const full = HOSTILE_RECORDS['items: small, a resource that is not UTF-8'](RECORD_BYTES);
    for (const [value, problem] of [
      [full.value, /^bytes_limit: decompressed with gzip: /],
      [
        Buffer.alloc(8 * RECORD_BYTES),
        /^bytes_limit: decompressed with gzip, the record has more than \d+ bytes/,
      ],
    ] as const) {
      const measured = measureRecord({ ...full, value: gzipSync(value, { level: 1 }) }, {}, [SMALL_HEAP]);
      expect(measured.problem).toMatch(problem);
      expect(measured.peakBytes).toBeLessThan(RESIDENT_BYTES_MAX);
    }
  });

  it('is bounded where the kernel leaves each item to the plain engine', () => {
    const unusual = HOSTILE_RECORDS['items: unusual, of 1 KB'](RECORD_BYTES);
    const { peakBytes, rows } = measureRecord(unusual, {}, [SMALL_HEAP]);
    expect(rows).toBe(Math.floor(unusual.value.length / 1010));
    expect(peakBytes).toBeLessThan(RESIDENT_BYTES_MAX);
  });
});
