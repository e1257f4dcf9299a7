import type { Config } from '../../config/schema.js';
import { encodingsByTopic } from '../../encodings/encodings-of.js';
import { PoisonRecord } from '../../errors.js';
import { transformRead } from '../../messages/process-record.js';
import { readInput } from '../../messages/read-input.js';
import type { StepTally } from '../../transform/steps/run-steps.js';
import type { TransformedRecord, TransformRecord } from '../../transform/transform-record.js';
import { parseExactJson } from '../../values/exact-json.js';
import type { ExpectedRow, TransformTest } from './read-tests.js';

/** How something differs from what is expected. */
export interface Difference {
  /** `rows[0].SpanAttributes.http.route` */
  path: string;
  expected: unknown;
  got: unknown;
}

export interface TestResult {
  test: TransformTest;
  differences: Difference[];
  /** What the rules did. */
  tallies: readonly StepTally[];
}

/** Runs tests, each on its own input, by the transform of a worker with this config. */
export function testRunner(config: Config, transform: TransformRecord): (test: TransformTest) => TestResult {
  const encodingOf = encodingsByTopic({ ...config, row_id: 'none' });
  return test => {
    const { expected, value, headers, topic, signal } = test;
    const input = { topic: '', signal, encoding: 'auto', framing: 'auto' } as const;
    let made: TransformedRecord;
    try {
      const read = readInput({ value, headers }, input, config.limits.max_record_bytes);
      made = transformRead(read, transform, { topic, partition: 0, offset: 0, timestampMs: null, headers });
    } catch (error) {
      if (!(error instanceof PoisonRecord)) throw error;
      const got = `the whole record is a dead letter, ${error.reason}: ${error.message}`;
      return { test, differences: [{ path: 'input', expected: 'an OTLP request', got }], tallies: [] };
    }
    const rows = made.messages.map(({ topic, key, value }) => ({
      ...(parseExactJson(encodingOf(topic).toJson(value) ?? '{}') as object),
      topic,
      key: key?.toString() ?? null,
    }));
    const { tallies = [], failedItems = [] } = made.steps ?? {};
    return {
      test,
      tallies,
      differences: [
        ...(expected.rows ? compareRows(expected.rows, rows) : []),
        ...(expected.dropped ? compareDropped(expected.dropped, tallies) : []),
        ...compareDeadLetters(
          expected.dead_letters ?? [],
          failedItems.map(({ itemIndex, step, message }) => ({ item: itemIndex, rule: step, message })),
        ),
      ],
    };
  };
}

function compareRows(expected: readonly ExpectedRow[], got: readonly object[]): Difference[] {
  const count =
    expected.length === got.length
      ? []
      : [{ path: 'rows', expected: `${expected.length} rows`, got: `${got.length} rows` }];
  return [
    ...count,
    ...expected.flatMap((row, i) => (got[i] === undefined ? [] : compare(`rows[${i}]`, row, got[i]))),
  ];
}

function compareDropped(expected: Record<string, number>, tallies: readonly StepTally[]): Difference[] {
  const got = Object.fromEntries(
    tallies.filter(({ dropped }) => dropped > 0).map(({ name, dropped }) => [name, dropped]),
  );
  return [...new Set([...Object.keys(expected), ...Object.keys(got)])]
    .filter(rule => (expected[rule] ?? 0) !== (got[rule] ?? 0))
    .map(rule => ({ path: `dropped.${rule}`, expected: expected[rule] ?? 0, got: got[rule] ?? 0 }));
}

function compareDeadLetters(
  expected: readonly object[],
  got: readonly { item: number; rule: string; message: string }[],
): Difference[] {
  const count = Math.max(expected.length, got.length);
  return Array.from({ length: count }, (_, i) => i).flatMap(i => {
    const [wanted, letter] = [expected[i], got[i]];
    const path = `dead_letters[${i}]`;
    if (wanted === undefined || letter === undefined) return [{ path, expected: wanted, got: letter }];
    return compare(path, wanted, letter);
  });
}

/** Of a map, the members that are expected; of a list all elements; numbers also as their texts. */
function compare(path: string, expected: unknown, got: unknown): Difference[] {
  if (Array.isArray(expected) && Array.isArray(got) && expected.length === got.length) {
    return expected.flatMap((element, i) => compare(`${path}[${i}]`, element, got[i]));
  }
  if (isMap(expected) && isMap(got)) {
    return Object.entries(expected).flatMap(([name, value]) => compare(`${path}.${name}`, value, got[name]));
  }
  return isSame(expected, got) ? [] : [{ path, expected, got }];
}

function isSame(expected: unknown, got: unknown): boolean {
  if (expected === null || got === null || got === undefined) return expected === (got ?? null);
  if (typeof expected === 'object' || typeof got === 'object') return false;
  return String(expected) === String(got);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
