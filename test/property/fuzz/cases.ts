import fc from 'fast-check';
import { encodeJson, encodeProtobuf } from '../../../src/demo/telemetry/encode-otlp.js';
import { SIGNALS, type Signal } from '../../../src/transform/decode/otlp.js';
import { REQUEST_SCHEMAS } from '../../../src/transform/decode/schema.js';
import { goldenCases } from '../../golden/golden-cases.js';
import { requests } from '../../support/otlp-arbitraries.js';
import { type FuzzCase, fuzzCase } from './fuzz-case.js';
import { harmlessJson, hostileJson } from './json-mutations.js';
import { VARIANT_NAMES } from './variants.js';
import { harmlessWire, hostileWire } from './wire-mutations.js';

/** A request as somebody wrote it. */
interface Written {
  signal: Signal;
  encoding: 'otlp_proto' | 'otlp_json';
  value: Buffer;
}

/** Larger ones would take the time of many others. */
const GOLDEN_BYTES_MAX = 20_000;

const small = ({ value }: Written) => value.length <= GOLDEN_BYTES_MAX;
const decodable = goldenCases('decodes').filter(small);
const refused = goldenCases('refused').filter(small);

const anySignal = fc.constantFrom(...SIGNALS);
const anyVariant = fc.constantFrom(...VARIANT_NAMES);

/** Mostly the one that the record was written in, `undefined`. */
const anyEncoding = fc.oneof(
  { weight: 5, arbitrary: fc.constant(undefined) },
  { weight: 2, arbitrary: fc.constant('auto' as const) },
  { weight: 1, arbitrary: fc.constantFrom('otlp_proto' as const, 'otlp_json' as const) },
);

/** Any request, in either encoding. */
const anyWritten: fc.Arbitrary<Written> = fc.oneof(...SIGNALS.map(writtenAs));

function writtenAs<S extends Signal>(signal: S): fc.Arbitrary<Written> {
  return fc.tuple(requests[signal], fc.boolean()).map(([request, json]) => ({
    signal,
    encoding: json ? 'otlp_json' : 'otlp_proto',
    value: json ? encodeJson(signal, request) : encodeProtobuf(signal, request),
  }));
}

/** Bytes changed, cut out or put in, anywhere, and half of the records cut off. */
const damage = fc.record({
  changes: fc.array(
    fc.record({ at: fc.nat(), cut: fc.nat({ max: 3 }), insert: fc.uint8Array({ maxLength: 3 }) }),
    { maxLength: 3 },
  ),
  cutAt: fc.option(fc.nat(), { freq: 2, nil: undefined }),
});

type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never;

function damaged(value: Buffer, { changes, cutAt }: Damage): Buffer {
  const changed = changes.reduce((bytes, { at, cut, insert }) => {
    const from = at % (bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, from), insert, bytes.subarray(from + cut)]);
  }, value);
  return cutAt === undefined ? changed : changed.subarray(0, cutAt % (changed.length + 1));
}

/** Bytes of any kind, some with a beginning that a decoder takes for a request. */
export const rawBytes: fc.Arbitrary<FuzzCase> = fc
  .record({
    signal: anySignal,
    encoding: fc.constantFrom('otlp_proto' as const, 'otlp_json' as const, 'auto' as const),
    start: fc.constantFrom(
      '',
      '\n',
      '\n\x04\x12\x02\x12\x00\x12',
      '{',
      '[',
      '{"resourceSpans":[',
      '\ufeff{"',
      ' \n{"x":',
    ),
    bytes: fc.uint8Array({ maxLength: 200 }),
    variant: anyVariant,
  })
  .map(({ signal, encoding, start, bytes, variant }) =>
    fuzzCase({ signal, encoding, value: Buffer.concat([Buffer.from(start), bytes]), variant }),
  );

/** Requests taken apart, changed and put together again so that they may mean anything. */
export const hostileCases: fc.Arbitrary<FuzzCase> = fc
  .record({
    written: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...decodable) },
      { weight: 1, arbitrary: fc.constantFrom(...refused) },
      { weight: 3, arbitrary: anyWritten },
    ),
    encoding: anyEncoding,
    variant: anyVariant,
    // The one of the record's encoding is used. Chosen here and not after it, because fast-check then shrinks better.
    mutate: fc.record({ otlp_proto: hostileWire, otlp_json: hostileJson }),
    damage: fc.option(damage, { freq: 2, nil: undefined }),
  })
  .map(({ written, encoding = written.encoding, variant, mutate, damage: after }) => {
    const mutated = mutate[written.encoding](written.value, REQUEST_SCHEMAS[written.signal]);
    const value = after ? damaged(mutated, after) : mutated;
    return fuzzCase({ signal: written.signal, encoding, value, variant });
  });

/** Requests written in another way that means the same. */
export const harmlessCases: fc.Arbitrary<FuzzCase> = fc
  .record({
    written: fc.oneof(fc.constantFrom<Written>(...decodable), anyWritten),
    variant: fc.constantFrom('clickhouse', 'glassflow'),
    rewrite: fc.record({ otlp_proto: harmlessWire, otlp_json: harmlessJson }),
  })
  .map(({ written: { signal, encoding, value: sameRowsAs }, variant, rewrite }) => {
    const value = rewrite[encoding](sameRowsAs, REQUEST_SCHEMAS[signal]);
    return fuzzCase({ signal, encoding, value, variant, sameRowsAs });
  });

/** Any request in both encodings: each must have the rows of the other. */
export const twinCases: fc.Arbitrary<FuzzCase> = fc
  .record({ written: anyWritten, variant: anyVariant, auto: fc.boolean() })
  .map(({ written, variant, auto }) =>
    fuzzCase({ ...written, encoding: auto ? 'auto' : written.encoding, variant }),
  );
