import { expect, it } from 'vitest';
import { encodeProtobuf } from '../../../src/demo/telemetry/encode-otlp.js';
import { createRandom } from '../../../src/demo/telemetry/random.js';
import { numberText } from '../../../src/values/json-text.js';
import { allKindsOn } from '../../support/all-kinds-on.js';
import { kernelOf, takenBy } from '../../support/kernel.js';

const kernel = kernelOf(allKindsOn());

/** The texts that the kernel writes: the bounds of a histogram. */
function textsOf(doubles: readonly number[]): string[] {
  const request = encodeProtobuf('metrics', {
    resourceMetrics: [
      {
        scopeMetrics: [
          {
            metrics: [
              {
                name: '',
                description: '',
                unit: '',
                metadata: [],
                histogram: { aggregationTemporality: 0, dataPoints: [histogramPoint(doubles)] },
              },
            ],
            schemaUrl: '',
          },
        ],
        schemaUrl: '',
      },
    ],
  });
  const row = takenBy(kernel, 'metrics', 'otlp_proto', request)?.messages[0]?.value.toString() ?? '';
  return /"ExplicitBounds":\[(.*?)\]/.exec(row)?.[1]?.split(',') ?? [];
}

function histogramPoint(explicitBounds: readonly number[]) {
  return {
    attributes: [],
    startTimeUnixNano: 0n,
    timeUnixNano: 0n,
    count: 0n,
    bucketCounts: [],
    explicitBounds: [...explicitBounds],
    exemplars: [],
    flags: 0,
  };
}

function expectJavaScriptTexts(doubles: readonly number[]): void {
  expect(textsOf(doubles)).toStrictEqual(doubles.map(numberText));
}

/** The double itself and its neighbours on both sides. */
function withNeighbours(double: number): number[] {
  const bits = new BigInt64Array(new Float64Array([double]).buffer)[0] ?? 0n;
  return [-1n, 0n, 1n].map(step => new Float64Array(BigInt64Array.of(bits + step).buffer)[0] ?? 0);
}

const finite = (double: number) => Number.isFinite(double);

it('every power of two and its neighbours', () => {
  const powers = Array.from({ length: 2098 }, (_, i) => 2 ** (i - 1074));
  expectJavaScriptTexts(powers.flatMap(withNeighbours).filter(finite));
});

it('every power of ten and its neighbours', () => {
  const powers = Array.from({ length: 632 }, (_, i) => Number(`1e${i - 323}`));
  expectJavaScriptTexts(powers.flatMap(withNeighbours).filter(finite));
});

it('the ends of the range, both zeros, and where the notation changes', () => {
  const some = [
    0, -0, 5e-324, 2.225073858507201e-308, 1.7976931348623157e308, 1e21, 1e-6, 1e-7, 123456789012345680000,
  ];
  const more = [9007199254740991, 9007199254740992, 0.1, 0.3, 1 / 3, 2 / 3, 9.5e-7, 1.5e300];
  expectJavaScriptTexts([...some, ...more].flatMap(double => [double, -double]));
});

it('decimals of few digits', () => {
  const random = createRandom(7);
  const decimals = Array.from({ length: 20_000 }, () =>
    Number(`${random.integer(0, 10 ** random.integer(1, 9))}e${random.integer(-12, 12)}`),
  );
  expectJavaScriptTexts(decimals);
});

it('doubles of any bits', () => {
  const bytes = createRandom(11).bytes(8 * 100_000);
  expectJavaScriptTexts([...new Float64Array(bytes.buffer)].filter(finite));
});
