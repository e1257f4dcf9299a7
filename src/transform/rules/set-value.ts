import type { ItemContext } from '../steps/context.js';
import type { ItemView, SentValue } from '../steps/view.js';
import { type MakeAct, RuleUnready } from './action.js';
import { attributesReader, fieldOf, placeOf, setField, sourceReader } from './item-values.js';

/** Sets an attribute or a column. Where there is nothing to set it from, all stays as it is. */
export const setValue: MakeAct<'set'> = ({ column, value, from, env, ...place }, { kind }) => {
  const read = from ? sourceReader(from, kind) : () => constantOf(value, env);
  constantOf(value, env, from === undefined);
  if (column !== undefined) return changing((item, context) => setColumn(item, column, read(item, context)));
  const { level, key } = placeOf(place);
  const attributes = attributesReader(level, kind);
  return changing((item, context) => {
    const set = read(item, context);
    if (set === undefined) return false;
    attributes(item).set(key, set);
    return true;
  });
};

function changing(change: (item: ItemView, context: ItemContext) => boolean): ReturnType<MakeAct<'set'>> {
  return (item, context) => (change(item, context) ? 'change' : 'keep');
}

/** A column takes what its type takes; numbers and texts become what it is. */
function setColumn(item: ItemView, column: string, value: SentValue): boolean {
  if (value === undefined) return false;
  const before = fieldOf(item, column);
  setField(item, column, asTypeOf(before, value, column));
  return true;
}

function asTypeOf(before: unknown, value: SentValue, column: string): unknown {
  switch (typeof before) {
    case 'string':
      return typeof value === 'object' ? value : String(value);
    case 'bigint':
      if (typeof value === 'string' && /^-?\d+$/.test(value)) return BigInt(value);
      return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value;
    case 'number':
      return typeof value === 'bigint' || (typeof value === 'string' && value.trim() !== '')
        ? numberOf(value, column)
        : value;
    default:
      return value;
  }
}

function numberOf(value: bigint | string, column: string): number {
  const number = Number(value);
  if (Number.isNaN(number))
    throw new TypeError(`${column} cannot be ${JSON.stringify(String(value))}: must be a number`);
  return number;
}

/** Whole numbers are integers, as SDKs send them. */
function constantOf(
  value: string | number | boolean | undefined,
  env: string | undefined,
  isNeeded = true,
): SentValue {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (value !== undefined || !isNeeded) return value;
  const text = env === undefined ? undefined : process.env[env];
  if (text === undefined) throw new RuleUnready(`the environment variable ${env} is not set`);
  return text;
}
