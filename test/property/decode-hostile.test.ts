import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeJson, encodeProtobuf } from '../../src/demo/telemetry/encode-otlp.js';
import { PoisonRecord } from '../../src/errors.js';
import type { InputEncoding } from '../../src/transform/decode/decode-record.js';
import { decodeRecord } from '../../src/transform/decode/decode-record.js';
import { DEFAULT_LIMITS } from '../../src/transform/decode/limits.js';
import { SIGNALS, type Signal } from '../../src/transform/decode/otlp.js';
import { requests } from '../support/otlp-arbitraries.js';

const ENCODINGS = ['otlp_proto', 'otlp_json', 'auto'] as const satisfies readonly InputEncoding[];

/** Bytes changed, cut out or put in, anywhere. */
const damage = fc.array(
  fc.record({ at: fc.nat(), cut: fc.nat({ max: 3 }), insert: fc.uint8Array({ maxLength: 3 }) }),
  { minLength: 1, maxLength: 4 },
);

function apply(record: Buffer, changes: { at: number; cut: number; insert: Uint8Array }[]): Buffer {
  return changes.reduce((bytes, { at, cut, insert }) => {
    const from = at % (bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, from), insert, bytes.subarray(from + cut)]);
  }, record);
}

function expectRequestOrPoison(signal: Signal, bytes: Uint8Array): void {
  for (const encoding of ENCODINGS) {
    try {
      decodeRecord(signal, encoding, bytes, DEFAULT_LIMITS);
    } catch (error) {
      expect(error).toBeInstanceOf(PoisonRecord);
      const { byteOffset = 0 } = error as PoisonRecord;
      expect(byteOffset).toBeGreaterThanOrEqual(0);
      expect(byteOffset).toBeLessThanOrEqual(bytes.length);
    }
  }
}

describe.each(SIGNALS)('a record of %s', signal => {
  it('of any bytes is a request or poison', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), bytes => expectRequestOrPoison(signal, bytes)),
      {
        numRuns: 1000,
      },
    );
  });

  it('of damaged protobuf is a request or poison', () => {
    fc.assert(
      fc.property(requests[signal] as fc.Arbitrary<never>, damage, (request, changes) =>
        expectRequestOrPoison(signal, apply(encodeProtobuf(signal, request), changes)),
      ),
      { numRuns: 300 },
    );
  });

  it('of damaged JSON is a request or poison', () => {
    fc.assert(
      fc.property(requests[signal] as fc.Arbitrary<never>, damage, (request, changes) =>
        expectRequestOrPoison(signal, apply(encodeJson(signal, request), changes)),
      ),
      { numRuns: 300 },
    );
  });

  it('that is cut off anywhere is a request or poison', () => {
    fc.assert(
      fc.property(requests[signal] as fc.Arbitrary<never>, fc.nat(), (request, cut) => {
        for (const record of [encodeProtobuf(signal, request), encodeJson(signal, request)]) {
          expectRequestOrPoison(signal, record.subarray(0, cut % (record.length + 1)));
        }
      }),
    );
  });
});
