import type { ColumnTypeName } from '../../config/rules/actions.js';
import type { ColumnValue } from '../../encodings/added-columns.js';
import type { SentValue } from '../steps/view.js';
import type { MakeAct } from './action.js';
import { attributesReader, placeOf } from './item-values.js';
import { timeOf } from './time-of.js';

/** Gives an attribute a column of its own. One that an earlier rule has filled stays as it is. */
export const promote: MakeAct<'promote'> = ({ column, type, ...place }, { kind, added }) => {
  const { level, key } = placeOf(place);
  const read = attributesReader(level, kind);
  const index = added.findIndex(({ name }) => name === column);
  const isText = type === 'text' || type === 'low_cardinality';
  return (item, context) => {
    const attributes = read(item);
    const sent = isText ? attributes.get(key) : attributes.value(key);
    if (sent === undefined) return 'skip';
    if (context.column(index) !== null) return 'keep';
    const value = CONVERSIONS[type](sent);
    if (value === null) {
      throw new TypeError(`the attribute ${key} is ${shown(sent)}, which fits no column of the type ${type}`);
    }
    context.setColumn(index, value);
    return 'change';
  };
};

const CONVERSIONS: Record<ColumnTypeName, (sent: SentValue) => ColumnValue> = {
  text: String,
  low_cardinality: String,
  integer: integerOf,
  float: floatOf,
  boolean: booleanOf,
  time: timeOf,
};

function integerOf(sent: SentValue): bigint | null {
  const value =
    typeof sent === 'bigint'
      ? sent
      : (typeof sent === 'number' && Number.isInteger(sent)) ||
          (typeof sent === 'string' && /^[+-]?\d{1,19}$/.test(sent))
        ? BigInt(typeof sent === 'string' ? sent.replace('+', '') : sent)
        : null;
  return value !== null && BigInt.asIntN(64, value) === value ? value : null;
}

function floatOf(sent: SentValue): number | null {
  if (typeof sent === 'number') return sent;
  if (typeof sent === 'bigint') return Number(sent);
  if (typeof sent !== 'string' || !/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(sent)) return null;
  return Number(sent);
}

function booleanOf(sent: SentValue): boolean | null {
  if (typeof sent === 'boolean') return sent;
  return sent === 'true' ? true : sent === 'false' ? false : null;
}

const SHOWN_MAX = 60;

function shown(sent: SentValue): string {
  if (typeof sent === 'object') return 'a list, a map or bytes';
  const text = JSON.stringify(String(sent));
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
}
