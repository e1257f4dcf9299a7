import { ROW_KINDS, type RowKind } from '../../tables/columns.js';
import type { ItemContext } from '../steps/context.js';
import { checkHeader, checkRoute, type Places } from '../steps/places.js';
import { SeveralRows } from '../steps/several-rows.js';
import type { AsyncStep, Step, Verdict } from '../steps/step.js';
import type { AttributesView, ItemView } from '../steps/view.js';
import { type ContextLog, dropReason, type FunctionContext, type RowFunction } from './define.js';
import { FunctionMisused, failureText } from './function-failure.js';
import { contextLog, type FunctionLog } from './function-log.js';
import { withinTime } from './within-time.js';

/** The functions of a module, and what is around them. */
export interface FunctionParts extends Places {
  /** For messages and counters. */
  readonly name: string;
  /** Of the file that they are in. */
  readonly moduleUrl: string;
  readonly functions: Readonly<Partial<Record<RowKind, RowFunction>>>;
  readonly log: FunctionLog;
  /** How long an async function may take for an item. */
  readonly timeoutMs: number;
}

/** Whether a function of the module has to be waited for. */
export function isAsync({ functions }: Pick<FunctionParts, 'functions'>): boolean {
  return Object.values(functions).some(fn => fn instanceof AsyncFunction);
}

// It has no name of its own in the language.
const AsyncFunction = (async () => undefined).constructor as FunctionConstructor;

/** The step that calls the functions of a module, which is waited for if one of them is async. */
export function stepOfFunctions(parts: FunctionParts): AsyncStep {
  return isAsync(parts) ? asyncFunctionStep(parts) : functionStep(parts);
}

/** A step that calls the functions, none of which is async. */
export function functionStep(parts: FunctionParts): Step {
  const call = new Call(parts);
  return {
    ...traitsOf(parts),
    apply: (item, context) => {
      try {
        call.begin(item, context);
        return call.verdictOf(functionFor(parts, item)(item, call));
      } catch (error) {
        throw failure(error, parts);
      }
    },
  };
}

/** A step that calls the functions, and waits for those that are async. */
export function asyncFunctionStep(parts: FunctionParts): AsyncStep {
  return {
    ...traitsOf(parts),
    isAsync: true,
    apply: async (item, context) => {
      try {
        const call = new Call(parts);
        call.begin(item, context);
        const called = functionFor(parts, item)(item, call);
        return call.verdictOf(await withinTime(called, parts.timeoutMs));
      } catch (error) {
        throw failure(error, parts);
      }
    },
  };
}

function traitsOf({ name, functions }: FunctionParts) {
  const kinds = ROW_KINDS.filter(kind => functions[kind] !== undefined);
  return { name, kinds, failure: 'function_failed' } as const;
}

function functionFor({ functions }: FunctionParts, { kind }: ItemView): RowFunction {
  return functions[kind] as RowFunction;
}

function failure(error: unknown, { moduleUrl }: FunctionParts): unknown {
  return error instanceof SeveralRows ? error : new Error(failureText(error, moduleUrl), { cause: error });
}

/** The context of one call, or of one after the other. */
class Call implements FunctionContext {
  readonly log: ContextLog;
  private readonly parts: FunctionParts;
  private row!: ItemView;
  private context!: ItemContext;
  private copies: ItemView[] | null = null;
  private readHeaders: ReadonlyMap<string, string> | null = null;

  constructor(parts: FunctionParts) {
    this.parts = parts;
    this.log = contextLog(parts.log, () => this.context.record);
  }

  begin(row: ItemView, context: ItemContext): void {
    // Neighbours are of one record, whose headers are read once.
    if (this.context?.record !== context.record) this.readHeaders = null;
    this.row = row;
    this.context = context;
    this.copies = null;
  }

  get topic(): string {
    return this.context.record.topic;
  }

  get partition(): number {
    return this.context.record.partition;
  }

  get offset(): number {
    return this.context.record.offset;
  }

  get timestampMs(): number | null {
    return this.context.record.timestampMs;
  }

  get headers(): ReadonlyMap<string, string> {
    this.readHeaders ??= new Map(
      this.context.record.headers.map(({ key, value }) => [key, value.toString('utf8')]),
    );
    return this.readHeaders;
  }

  get itemIndex(): number {
    return this.context.itemIndex;
  }

  get resource(): AttributesView {
    return this.row.ResourceAttributes;
  }

  get scope(): { name: string; version: string } {
    return { name: this.row.ScopeName, version: this.row.ScopeVersion };
  }

  count(name: string, amount = 1): void {
    if (!Number.isFinite(amount) || amount < 0)
      throw new FunctionMisused(`count(${JSON.stringify(name)}, ${amount}): counters only grow`);
    this.context.count(String(name), amount);
  }

  route(topic: string): void {
    checkRoute(this.parts, this.row.kind, topic);
    this.context.route(topic);
  }

  key(key: string | null): void {
    if (key !== null && typeof key !== 'string')
      throw new FunctionMisused(`key(${typeof key}): must be a text, or null`);
    this.context.key(key);
  }

  header(name: string, value: string | Uint8Array): void {
    checkHeader(this.parts, this.row.kind, name);
    if (typeof value !== 'string' && !(value instanceof Uint8Array))
      throw new FunctionMisused(`header(${JSON.stringify(name)}): its value must be a text, or bytes`);
    this.context.header(String(name), value);
  }

  copy(): ItemView {
    const copied = this.context.copy();
    this.copies ??= [];
    this.copies.push(copied);
    return copied;
  }

  verdictOf(result: unknown): Verdict {
    if (result === undefined || result === null || result === this.row) return 'keep';
    if (Array.isArray(result)) return this.verdictOfList(result);
    if (typeof result === 'object') {
      const reason = dropReason(result);
      if (reason !== undefined) return { reason: String(reason) };
      if ('then' in result)
        throw new FunctionMisused(
          `the function for ${this.row.kind} returned a promise: declare it as async`,
        );
      if (this.copies?.includes(result as ItemView)) return { items: [result as ItemView] };
    }
    throw new FunctionMisused(
      `the function for ${this.row.kind} returned ${described(result)}: return nothing to keep the row, drop('why'), or a list ` +
        'of rows, each of them the row itself or made by ctx.copy()',
    );
  }

  private verdictOfList(rows: readonly unknown[]): Verdict {
    if (rows.length === 0) return { reason: 'no_rows' };
    const seen = new Set(rows);
    const areRows = rows.every(row => row === this.row || this.copies?.includes(row as ItemView));
    if (!areRows || seen.size < rows.length)
      throw new FunctionMisused(
        `the function for ${this.row.kind} returned a list with ${areRows ? 'a row twice' : 'what is no row'}: rows are the row ` +
          'itself, and what ctx.copy() makes',
      );
    return rows.length === 1 && rows[0] === this.row ? 'keep' : { items: rows as ItemView[] };
  }
}

function described(result: unknown): string {
  if (typeof result === 'object') return 'an object that is no row';
  return typeof result === 'function'
    ? 'a function'
    : `${typeof result} ${JSON.stringify(String(result)).slice(0, 40)}`;
}
