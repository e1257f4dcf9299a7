import { kindsOf, type Rule } from '../../config/rules/rule.js';
import type { AddedColumns } from '../../encodings/added-columns.js';
import type { RowKind } from '../../tables/columns.js';
import type { ItemContext } from '../../transform/steps/context.js';
import type { AsyncStep, OnError, Verdict } from '../../transform/steps/step.js';
import { type Difference, differencesOf } from '../rows/differences.js';
import { type ItemValues, valuesOf } from './item-values.js';
import { type WhyNot, whyDropped, whyKept, whyNotOf, whySkipped } from './why.js';

/** What a step asks for beside changes of the item. */
interface Asked {
  topic?: string;
  /** Null for none. */
  key?: string | null;
  headers?: Record<string, string>;
}

/** What a step did with an item. */
export interface StepTrace extends Asked {
  step: string;
  result: 'other_kind' | 'no_match' | 'unchanged' | 'changed' | 'dropped' | 'failed';
  /** In words for people. */
  why?: string;
  /** Of columns, by what the step changed. */
  changes: readonly Difference[];
  /** What became of an item that the step failed at. */
  onError?: OnError;
}

/** What steps did with the items of a record that are looked at. */
export interface Tracer {
  /** The same steps, which tell what they do. */
  readonly steps: AsyncStep[];
  /** Forgets the record before. @param isWanted which items are looked at. */
  begin(isWanted: (itemIndex: number) => boolean): void;
  /** One for each step up to that which ended the way of the item; empty for those that no step has seen. */
  of(itemIndex: number, kind: RowKind): StepTrace[];
}

/** @param rules of which some steps are made: they say more than a step can. */
export function createTracer(
  steps: readonly AsyncStep[],
  rules: readonly Rule[],
  added: Readonly<Record<RowKind, AddedColumns>>,
): Tracer {
  let isLookedAt: (itemIndex: number) => boolean = () => false;
  let traces = new Map<number, StepTrace[]>();
  /** What the item looked like after the step before. */
  let shown: { itemIndex: number; values: ItemValues } | null = null;

  const tracedStep = (step: AsyncStep): AsyncStep => {
    const rule = rules.find(({ name }) => name === step.name);
    const whyNot = rule ? conditionsOf(rule) : () => null;
    return {
      ...step,
      apply: (item, context) => {
        const { itemIndex } = context;
        if (!isLookedAt(itemIndex)) return step.apply(item, context);
        const read = () => valuesOf(item, context, added[item.kind]);
        const before = shown?.itemIndex === itemIndex ? shown.values : read();
        const asked: Asked = {};
        const why = whyNot(item, context);
        const note = (trace: Pick<StepTrace, 'result' | 'why' | 'onError'>) => {
          const values = trace.result === 'no_match' ? before : read();
          shown = { itemIndex, values };
          const changes = differencesOf(before, values);
          const hasChanged = changes.length > 0 || Object.keys(asked).length > 0;
          // Functions do not say whether they have changed anything.
          const result = trace.result === 'unchanged' && hasChanged ? 'changed' : trace.result;
          const known = traces.get(itemIndex) ?? [];
          traces.set(itemIndex, known);
          known.push({ step: step.name, ...trace, result, changes, ...asked });
        };
        const noteVerdict = (verdict: Verdict): Verdict => {
          note(traceOf(verdict, rule, why));
          return verdict;
        };
        const noteFailure = (error: unknown): never => {
          const { onError = 'dead_letter' } = step;
          note({ result: 'failed', why: error instanceof Error ? error.message : String(error), onError });
          throw error;
        };
        try {
          const verdict = step.apply(item, listening(context, asked));
          if (!(verdict instanceof Promise)) return noteVerdict(verdict);
          return verdict.then(noteVerdict, noteFailure);
        } catch (error) {
          return noteFailure(error);
        }
      },
    };
  };

  return {
    steps: steps.map(tracedStep),
    begin: isWanted => {
      isLookedAt = isWanted;
      traces = new Map();
      shown = null;
    },
    of: (itemIndex, kind) => {
      const seen = traces.get(itemIndex) ?? [];
      const ended = seen.findIndex(endsWay);
      const last = ended < 0 ? steps.length - 1 : steps.findIndex(({ name }) => name === seen[ended]?.step);
      return steps.slice(0, last + 1).map(step => {
        const trace = seen.find(one => one.step === step.name);
        return trace ?? { step: step.name, result: 'other_kind', why: `not for ${kind}`, changes: [] };
      });
    },
  };
}

/** Whether no later step sees the item. */
function endsWay({ result, onError }: StepTrace): boolean {
  return result === 'dropped' || (result === 'failed' && onError !== 'keep');
}

function traceOf(
  verdict: Verdict,
  rule: Rule | undefined,
  whyNot: string | null,
): Pick<StepTrace, 'result' | 'why'> {
  const withWhy = (result: StepTrace['result'], why: string | undefined) =>
    why === undefined ? { result } : { result, why };
  if (typeof verdict === 'object') {
    return 'reason' in verdict
      ? { result: 'dropped', why: verdict.reason }
      : { result: 'changed', why: `makes ${verdict.items.length} rows of it` };
  }
  switch (verdict) {
    case 'skip':
      return withWhy('no_match', rule && whySkipped(rule, whyNot));
    case 'keep':
      return withWhy('unchanged', rule && whyKept(rule));
    case 'change':
      return { result: 'changed' };
    case 'drop':
      return withWhy('dropped', rule && whyDropped(rule, whyNot));
  }
}

/** Says why the condition of a rule does not hold; asked before the rule changes anything. */
function conditionsOf(rule: Rule): WhyNot {
  const { when } = rule;
  if (when === undefined) return () => null;
  const byKind = new Map(kindsOf(rule).map(kind => [kind, whyNotOf(when, kind)]));
  return (item, context) => {
    try {
      return byKind.get(item.kind)?.(item, context) ?? null;
    } catch {
      // The rule itself fails by it, and says so.
      return null;
    }
  };
}

/** The context of a step, which also tells what the step asks for. */
function listening(context: ItemContext, asked: Asked): ItemContext {
  const own: Pick<ItemContext, 'route' | 'key' | 'header'> = {
    route: topic => {
      asked.topic = topic;
      context.route(topic);
    },
    key: key => {
      asked.key = key || null;
      context.key(key);
    },
    header: (name, value) => {
      asked.headers = { ...asked.headers, [name]: Buffer.from(value as string).toString() };
      context.header(name, value);
    },
  };
  // All else is the context's, and may be another for each item.
  return Object.assign(Object.create(context), own) as ItemContext;
}
