import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeJson, encodeProtobuf } from '../../src/demo/telemetry/encode-otlp.js';
import { decodeRecord } from '../../src/transform/decode/decode-record.js';
import { DEFAULT_LIMITS } from '../../src/transform/decode/limits.js';
import { SIGNALS } from '../../src/transform/decode/otlp.js';
import { requests } from '../support/otlp-arbitraries.js';

// A message that is absent may be undefined: an object that has room for it from the start is smaller than one that grows.
describe.each(SIGNALS)('any request of %s', signal => {
  it('comes back from protobuf as it was', () => {
    fc.assert(
      fc.property(requests[signal] as fc.Arbitrary<never>, request => {
        const record = encodeProtobuf(signal, request);
        expect(decodeRecord(signal, 'otlp_proto', record, DEFAULT_LIMITS).request).toEqual(request);
      }),
    );
  });

  it('comes back from JSON as it was', () => {
    fc.assert(
      fc.property(requests[signal] as fc.Arbitrary<never>, request => {
        const record = encodeJson(signal, request);
        expect(decodeRecord(signal, 'otlp_json', record, DEFAULT_LIMITS).request).toEqual(request);
      }),
    );
  });

  it('is recognized in both encodings', () => {
    fc.assert(
      fc.property(requests[signal] as fc.Arbitrary<never>, request => {
        for (const record of [encodeProtobuf(signal, request), encodeJson(signal, request)]) {
          expect(decodeRecord(signal, 'auto', record, DEFAULT_LIMITS).request).toEqual(request);
        }
      }),
    );
  });
});
