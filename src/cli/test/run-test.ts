import type { Config } from '../../config/schema.js';
import { encodingsByTopic } from '../../encodings/encodings-of.js';
import { PoisonRecord } from '../../errors.js';
import { transformRead } from '../../messages/process-record.js';
import { readInput } from '../../messages/read-input.js';
import { type NamedCounts, NO_COUNTS } from '../../transform/steps/named-counts.js';
import type { StepTally } from '../../transform/steps/tally.js';
import type { AnyTransformRecord, TransformedRecord } from '../../transform/transform-record.js';
import { align } from '../rows/align.js';
import { type Difference, differencesOf } from '../rows/differences.js';
import { type RowValues, rowValues } from '../rows/row-values.js';
import type { Expected, ExpectedRow, TransformTest } from './read-tests.js';

/** What became of an input. */
export interface Got {
  rows: RowValues[];
  /** By rule. */
  dropped: Record<string, number>;
  deadLetters: { item: number; rule: string; message: string }[];
}

export interface TestResult {
  test: TransformTest;
  /** `before` is what is expected, `after` what is there. */
  differences: Difference[];
  /** What the rules did. */
  tallies: readonly StepTally[];
  /** Null where the whole record is a dead letter. */
  got: Got | null;
}

export function hasFailed({ differences }: TestResult): boolean {
  return differences.length > 0;
}

/** Runs tests, each on its own input, by the transform of a worker with this config. */
export function testRunner(
  config: Config,
  transform: AnyTransformRecord,
): (test: TransformTest) => Promise<TestResult> {
  const encodingOf = encodingsByTopic({ ...config, row_id: 'none' });
  return async test => {
    const { expected, value, headers, topic, signal } = test;
    const input = { topic: '', signal, encoding: 'auto', framing: 'auto' } as const;
    let made: TransformedRecord;
    try {
      const read = readInput({ value, headers }, input, config.limits.max_record_bytes);
      made = await transformRead(read, transform, {
        topic,
        partition: 0,
        offset: 0,
        timestampMs: null,
        headers,
      });
    } catch (error) {
      if (!(error instanceof PoisonRecord)) throw error;
      const after = `the whole record is a dead letter, ${error.reason}: ${error.message}`;
      return {
        test,
        differences: [{ at: ['input'], before: 'an OTLP request', after }],
        tallies: [],
        got: null,
      };
    }
    const { tallies = [], failedItems = [], dropReasons } = made.steps ?? {};
    const got = {
      rows: made.messages.map(message => rowValues(message, encodingOf)),
      dropped: droppedBy(tallies, dropReasons),
      deadLetters: failedItems.map(({ itemIndex, step, message }) => ({
        item: itemIndex,
        rule: step,
        message,
      })),
    };
    return { test, tallies, got, differences: compareWithExpected(expected, got) };
  };
}

/** By rule; of functions, which are one step behind the rules, by the reasons that they gave. */
function droppedBy(tallies: readonly StepTally[], reasons: NamedCounts = NO_COUNTS): Record<string, number> {
  const rules = reasons.size === 0 ? tallies : tallies.slice(0, -1);
  return Object.fromEntries([
    ...rules.filter(({ dropped }) => dropped > 0).map(({ name, dropped }) => [name, dropped] as const),
    ...reasons,
  ]);
}

/** What is not as expected. What the test says nothing of is not compared, but for dead letters. */
export function compareWithExpected({ rows, dropped, dead_letters = [] }: Expected, got: Got): Difference[] {
  return [
    ...(rows ? compareRows(rows, got.rows) : []),
    ...(dropped ? compareDropped(dropped, got.dropped) : []),
    ...compareLists('dead_letters', dead_letters, got.deadLetters),
  ];
}

function compareRows(expected: readonly ExpectedRow[], got: readonly object[]): Difference[] {
  const counts =
    expected.length === got.length
      ? []
      : [{ at: ['rows'], before: `${expected.length} rows`, after: `${got.length} rows` }];
  return [...counts, ...compareLists('rows', expected, got)];
}

function compareDropped(expected: Record<string, number>, got: Record<string, number>): Difference[] {
  return Object.keys({ ...expected, ...got })
    .filter(rule => (expected[rule] ?? 0) !== (got[rule] ?? 0))
    .map(rule => ({ at: ['dropped', rule], before: expected[rule] ?? 0, after: got[rule] ?? 0 }));
}

function compareLists(name: string, expected: readonly object[], got: readonly object[]): Difference[] {
  return alignExpected(expected, got).flatMap(({ before, after }) => {
    if (before === null || after === null) {
      return [
        {
          at: [name, before ?? after ?? 0],
          before: before === null ? undefined : expected[before],
          after: after === null ? undefined : got[after],
        },
      ];
    }
    return differencesOf(expected[before], got[after], 'of_first', [name, before]);
  });
}

/** Which of the elements that are expected is which of those that are there. */
export function alignExpected(expected: readonly object[], got: readonly object[]): ReturnType<typeof align> {
  return align(
    expected.length,
    got.length,
    (before, after) => differencesOf(expected[before], got[after], 'of_first').length === 0,
  );
}
