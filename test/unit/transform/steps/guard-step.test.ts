import { expect, test } from 'vitest';
import { createTransform, createTransformWith } from '../../../../src/create-transform.js';
import { createAsyncTransform } from '../../../../src/transform/async-transform.js';
import { guardStep } from '../../../../src/transform/steps/guard-step.js';
import type { AsyncStep, Step, Verdict } from '../../../../src/transform/steps/step.js';
import { allKindsOn } from '../../../support/all-kinds-on.js';

const REQUEST = Buffer.from(
  JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ name: 'a' }, { name: 'b' }] }] }] }),
);
const PLACES = {
  topicsOf: {
    ...Object.fromEntries([...'x'].map(() => ['', new Set<string>()])),
    traces: new Set(['known']),
  },
  ownMessages: new Set(['traces']),
} as never as Parameters<typeof guardStep>[1];
const NO_HEADERS = { ...PLACES, ownMessages: new Set<never>() };

const step = (apply: AsyncStep<'traces'>['apply'], traits: Partial<AsyncStep<'traces'>> = {}): AsyncStep => ({
  name: 'mine',
  kinds: ['traces'],
  apply: apply as AsyncStep['apply'],
  ...(traits as object),
});

function outcome(given: AsyncStep, places = PLACES) {
  const transform = createTransformWith(allKindsOn(), 'lasting', [guardStep(given, places) as Step]);
  return transform('traces', 'auto', REQUEST);
}

const whyFailed = (given: AsyncStep, places = PLACES) =>
  outcome(given, places).steps?.failedItems.map(({ message }) => message)[0];

test.each<[string, Verdict, object]>([
  ['skip', 'skip', { rows: 2, filtered: 0 }],
  ['keep', 'keep', { rows: 2, filtered: 0 }],
  ['drop', 'drop', { rows: 0, filtered: 2 }],
  ['a reason', { reason: 'why' }, { rows: 0, filtered: 2 }],
  ['no items', { items: [] }, { rows: 0, filtered: 2 }],
])('%s is a verdict', (_, verdict, expected) => {
  const { messages, filteredCount, steps } = outcome(step(() => verdict));
  expect({ rows: messages.length, filtered: filteredCount }).toEqual(expected);
  expect(steps?.failedItems).toEqual([]);
});

test.each([
  ['nothing', undefined, 'undefined'],
  ['another word', 'kept', '"kept"'],
  ['what is no reason', { reason: 7 }, 'an object with reason'],
  ['items of another making', { items: [{}] }, 'an object with items'],
])('an item for which a step returns %s fails, and is not dropped', (_, verdict, named) => {
  expect(whyFailed(step(() => verdict as Verdict))).toContain(
    `the step returned ${named}: return 'skip', 'keep',`,
  );
  expect(whyFailed(step(span => ({ items: [span, span] })))).toContain('none twice');
});

test('a promise is a verdict only where it is waited for', async () => {
  expect(whyFailed(step(async () => 'keep' as const))).toContain('say isAsync: true');
  expect(whyFailed(step(() => Promise.reject(new Error('lost'))))).toContain('say isAsync: true');

  const waiting = guardStep(
    step(async (span): Promise<Verdict> => (span.SpanName === 'a' ? 'drop' : ('no' as Verdict)), {
      isAsync: true,
    }),
    PLACES,
  );
  const { filteredCount, steps } = await createAsyncTransform(allKindsOn(), [waiting], 2)(
    'traces',
    'auto',
    REQUEST,
  );
  expect(filteredCount).toBe(1);
  expect(steps?.failedItems).toMatchObject([{ itemIndex: 1, step: 'mine', reason: 'rule_failed' }]);
});

test('rows go to known topics only, and have headers where they are messages of their own', () => {
  const routing = (topic: string) =>
    step((_, context) => {
      context.route(topic);
      context.header('x', 'y');
      return 'change';
    });
  expect(outcome(routing('known')).messages[0]).toMatchObject({ topic: 'known', headers: [{ key: 'x' }] });
  expect(whyFailed(routing('unknown'))).toContain('Name it in transform.function_topics');
  expect(whyFailed(routing('known'), NO_HEADERS)).toContain('Only with encoding json');
});

test('everything else of the context is there, and the step keeps its traits', () => {
  const seen: unknown[] = [];
  const given = step(
    (span, context) => {
      seen.push([context.record.topic, context.itemIndex]);
      context.key(span.SpanName);
      context.count('n', 2);
      return { items: [span, context.copy()] };
    },
    { onError: 'keep', failure: 'function_failed' },
  );
  const record = { topic: 'in', partition: 0, offset: 7, timestampMs: null, headers: [] };
  const guarded = guardStep(given, PLACES) as Step;
  const { messages, steps } = createTransform(allKindsOn(), 'lasting', [guarded])(
    'traces',
    'auto',
    REQUEST,
    record,
  );
  expect(messages.map(({ key }) => String(key))).toEqual(['a', 'a', 'b', 'b']);
  expect(steps?.counts).toEqual(new Map([['n', 4]]));
  expect(seen.slice(-2)).toEqual([
    ['in', 0],
    ['in', 1],
  ]);
  expect(guarded).toMatchObject({
    name: 'mine',
    onError: 'keep',
    failure: 'function_failed',
    isAsync: false,
  });
});

test('a step for no kind of row is refused', () => {
  const given = step(() => 'keep', { kinds: ['spans'] as never });
  expect(() => guardStep(given, PLACES)).toThrow(
    'the step mine is for spans: kinds of rows are traces, logs, gauge,',
  );
});
