import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { nearest } from '../config/nearest.js';
import { ConfigInvalid } from '../errors.js';
import { ROW_KINDS, type RowKind } from '../tables/columns.js';
import type { Handler, HandlerTable, RowFunction } from '../transform/functions/define.js';
import { failureText } from '../transform/functions/function-failure.js';
import { noteImported } from './blame.js';
import { packageSpecifier } from './package-scheme.js';
import { registerHooks } from './register-hooks.js';

/** What a module of a user exports. */
export interface UserModule {
  /** Of its file. */
  readonly url: string;
  readonly functions: Partial<Record<RowKind, RowFunction>>;
  /** Instead of functions. */
  readonly handler: Handler | null;
  readonly table: HandlerTable | null;
}

/** Whether `transform.module` names a file, and not a package. */
export function isFile(module: string): boolean {
  return /^\.{0,2}\//.test(module) || /\.[cm]?[jt]s$/.test(module);
}

/**
 * Imports the module that `transform.module` names. Once for a process, as Node keeps what it has imported.
 *
 * @throws ConfigInvalid when it cannot be found, read or run, or exports no function that is called.
 */
export async function loadModule(module: string): Promise<UserModule> {
  const path = resolve(module);
  if (isFile(module) && !existsSync(path))
    throw invalid(module, `there is no such file (seen from ${process.cwd()})`);
  registerHooks();
  const here = pathToFileURL(`${process.cwd()}/`).href;
  const url = isFile(module) ? pathToFileURL(path).href : here;
  noteImported(module, url);
  let exported: Record<string, unknown>;
  try {
    exported = await import(isFile(module) ? url : packageSpecifier(module, here));
  } catch (error) {
    throw invalid(module, `cannot be loaded: ${failureText(error, url)}`);
  }
  return { url, ...partsOf(module, exported) };
}

/** Names that a module may export. */
const NAMES = [...ROW_KINDS, 'handler', 'table'];

function partsOf(module: string, exported: Record<string, unknown>): Omit<UserModule, 'url'> {
  const { default: byDefault, ...named } = exported;
  // A CommonJS module has all of its exports in its default.
  const all = { ...named, ...(typeof byDefault === 'object' && byDefault !== null ? byDefault : {}) };
  const { handler = null, table = null, ...others } = all as Record<string, unknown>;
  const functions: Partial<Record<RowKind, RowFunction>> = {};
  const problems: string[] = [];
  for (const [name, value] of Object.entries(others)) {
    const isKind = (ROW_KINDS as readonly string[]).includes(name);
    if (isKind && typeof value === 'function') functions[name as RowKind] = value as RowFunction;
    else if (isKind) problems.push(`${name} is ${typeof value}: must be a function`);
    else if (typeof value === 'function' && nearest(name, NAMES) !== null)
      problems.push(
        `exports a function ${name}, which is no kind of row: did you mean ${nearest(name, NAMES)}?`,
      );
  }
  const count = Object.keys(functions).length;
  if (handler !== null && typeof handler !== 'function')
    problems.push(`handler is ${typeof handler}: must be a function`);
  if (handler !== null && count > 0)
    problems.push(
      `exports handler, which makes all rows itself, beside ${Object.keys(functions).join(', ')}`,
    );
  if (problems.length === 0 && count === 0 && handler === null)
    problems.push(`exports no function for any kind of row: ${ROW_KINDS.join(', ')}; and no handler`);
  if (table !== null) problems.push(...problemsOfTable(table));
  if (problems.length > 0)
    throw new ConfigInvalid(problems.map(problem => `transform.module: ${module} ${problem}`));
  return { functions, handler: handler as Handler | null, table: table as HandlerTable | null };
}

function problemsOfTable(table: unknown): string[] {
  const { columns, orderBy, engine = 'MergeTree' } = table as Partial<HandlerTable>;
  const types = typeof columns === 'object' && columns !== null ? Object.values(columns) : [];
  return [
    ...(types.length > 0 && types.every(type => typeof type === 'string')
      ? []
      : ["table.columns must name ClickHouse's type of each column: { id: 'String' }"]),
    ...(Array.isArray(orderBy) && orderBy.length > 0
      ? []
      : ["table.orderBy must be a list of columns: ['id']"]),
    ...(['MergeTree', 'ReplacingMergeTree'].includes(engine)
      ? []
      : [`table.engine is ${JSON.stringify(engine)}: must be MergeTree or ReplacingMergeTree`]),
  ];
}

function invalid(module: string, problem: string): ConfigInvalid {
  return new ConfigInvalid([`transform.module: ${module}: ${problem}`]);
}
