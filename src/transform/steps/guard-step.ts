import type { ColumnValue } from '../../encodings/added-columns.js';
import { ROW_KINDS } from '../../tables/columns.js';
import type { ItemContext, RecordContext } from './context.js';
import { checkHeader, checkRoute, type Places } from './places.js';
import type { AsyncStep, Verdict } from './step.js';
import type { ItemView } from './view.js';

/**
 * A step of a program that uses the library, held to what steps may do. Without this a promise of a step that is not async would be
 * taken for a verdict and drop its item, and a row for a topic that nobody knows would stop its record.
 *
 * @throws TypeError for kinds of rows that there are not: it would never be called.
 */
export function guardStep(step: AsyncStep, places: Places): AsyncStep {
  const { name, kinds, onError, failure, isAsync = false } = step;
  const unknown = kinds.filter(kind => !ROW_KINDS.includes(kind));
  if (unknown.length > 0)
    throw new TypeError(
      `the step ${name} is for ${unknown.join(', ')}: kinds of rows are ${ROW_KINDS.join(', ')}`,
    );
  const contexts = new WeakMap<ItemContext, GuardedContext>();
  const guarded = (item: ItemView, context: ItemContext): GuardedContext => {
    const known = contexts.get(context) ?? new GuardedContext(context, places);
    contexts.set(context, known);
    known.begin(item);
    return known;
  };
  return {
    name,
    kinds,
    isAsync,
    ...(onError === undefined ? {} : { onError }),
    ...(failure === undefined ? {} : { failure }),
    apply: (item, context) => {
      const shown = guarded(item, context);
      const verdict = step.apply(item, shown);
      if (!(verdict instanceof Promise)) return shown.checked(verdict);
      if (isAsync) return verdict.then(settled => shown.checked(settled));
      // Nobody waits for it any more.
      verdict.catch(() => undefined);
      throw new TypeError('the step returned a promise: say isAsync: true, so that it is waited for');
    },
  };
}

const WORDS: ReadonlySet<unknown> = new Set(['skip', 'keep', 'change', 'drop']);

/** Of one item, or of one after the other. */
class GuardedContext implements ItemContext {
  private readonly context: ItemContext;
  private readonly places: Places;
  private item!: ItemView;
  private copies: ItemView[] = NO_COPIES;

  constructor(context: ItemContext, places: Places) {
    this.context = context;
    this.places = places;
  }

  begin(item: ItemView): void {
    this.item = item;
    this.copies = NO_COPIES;
  }

  /** @throws TypeError for what is no verdict about the item. */
  checked(given: unknown): Verdict {
    if (WORDS.has(given)) return given as Verdict;
    if (typeof given === 'object' && given !== null) {
      if ('items' in given && this.areItems(given.items))
        return given.items.length === 0 ? 'drop' : { items: given.items };
      if ('reason' in given && typeof given.reason === 'string') return { reason: given.reason };
    }
    throw new TypeError(
      `the step returned ${described(given)}: return 'skip', 'keep', 'change', 'drop', { reason } or { items }, each of them ` +
        'the item itself or made by context.copy(), and none twice',
    );
  }

  private areItems(given: unknown): given is ItemView[] {
    return (
      Array.isArray(given) &&
      new Set(given).size === given.length &&
      given.every(item => item === this.item || this.copies.includes(item))
    );
  }

  get record(): RecordContext {
    return this.context.record;
  }

  get itemIndex(): number {
    return this.context.itemIndex;
  }

  route(topic: string): void {
    checkRoute(this.places, this.item.kind, topic);
    this.context.route(topic);
  }

  key(key: string | null): void {
    this.context.key(key);
  }

  header(name: string, value: string | Uint8Array): void {
    checkHeader(this.places, this.item.kind, name);
    this.context.header(name, value);
  }

  count(name: string, amount: number): void {
    this.context.count(name, amount);
  }

  copy(): ItemView {
    const copied = this.context.copy();
    this.copies = [...this.copies, copied];
    return copied;
  }

  column(index: number): ColumnValue {
    return this.context.column(index);
  }

  setColumn(index: number, value: ColumnValue): void {
    this.context.setColumn(index, value);
  }
}

const NO_COPIES: ItemView[] = [];

function described(given: unknown): string {
  return typeof given === 'object' && given !== null
    ? `an object with ${Object.keys(given).join(', ') || 'nothing'}`
    : (JSON.stringify(given) ?? typeof given);
}
