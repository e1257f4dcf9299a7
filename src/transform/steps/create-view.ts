import { type Column, type RowKind, TABLES } from '../../tables/columns.js';
import { sentText } from './values.js';
import type { ColumnsOf, ItemView, SentValue, SettableValue, ViewedOf } from './view.js';

/** How an engine reads the value of a column from its form of an item, and how it changes it. */
export interface Accessor<Item, Value> {
  get(item: Item): Value;
  set?(item: Item, value: Value): void;
}

/** One for each column that a kind of row has, and for what its items have beside. */
export type Accessors<Kind extends RowKind, Item> = {
  readonly [Column in ColumnsOf<Kind> as Column['name']]: Accessor<Item, ViewedOf<Column['type']>>;
} & (Kind extends 'logs' ? { readonly BodyValue: Accessor<Item, SentValue> } : unknown);

/** A view that shows one item after the other. */
export interface MovingView<Item> {
  readonly view: ItemView;
  /** Shows this item from here on. */
  show(item: Item): void;
}

/**
 * Makes the view of items of a kind. What is set is checked here, for both engines alike.
 *
 * @throws TypeError, RangeError (the view's setters): a value that the column cannot have.
 */
export function createView<Kind extends RowKind, Item>(
  kind: Kind,
  accessors: Accessors<Kind, Item>,
): MovingView<Item> {
  let shown: Item;
  const view = { kind };
  for (const column of TABLES[kind].columns as readonly Column[]) {
    // The compiler has checked that there is one for each column; here it cannot tell which column this is.
    const { get, set } = accessors[column.name as keyof typeof accessors] as Accessor<Item, unknown>;
    Object.defineProperty(view, column.name, {
      enumerable: true,
      get: () => get(shown),
      ...(set ? { set: (value: unknown) => set(shown, checked(column, value)) } : {}),
    });
  }
  if ('BodyValue' in accessors) {
    const { get, set } = accessors.BodyValue as Accessor<Item, SentValue>;
    Object.defineProperty(view, 'BodyValue', {
      get: () => get(shown),
      set: (value: SettableValue) => set?.(shown, value),
    });
  }
  return {
    view: view as unknown as ItemView,
    show: item => {
      shown = item;
    },
  };
}

const INTEGERS: Partial<Record<Column['type'], [min: number, max: number]>> = {
  UInt8: [0, 0xff],
  UInt32: [0, 0xffff_ffff],
  Int32: [-0x8000_0000, 0x7fff_ffff],
};

function checked({ name, type }: Column, value: unknown): unknown {
  switch (type) {
    case 'String':
    case 'LowCardinality(String)':
      return sentText(ofType('string', name, value));
    case 'DateTime64(9)':
    case 'DateTime':
      return ofBits(BigInt.asIntN, name, ofType('bigint', name, value));
    case 'UInt64':
      return ofBits(BigInt.asUintN, name, ofType('bigint', name, value));
    case 'Float64':
      return ofType('number', name, value);
    case 'Bool':
      return ofType('boolean', name, value);
  }
  const number = ofType('number', name, value);
  const [min, max] = INTEGERS[type] ?? [0, 0];
  if (Number.isInteger(number) && number >= min && number <= max) return number;
  throw new RangeError(`${name} is ${number}: must be an integer from ${min} to ${max}`);
}

interface Types {
  string: string;
  bigint: bigint;
  number: number;
  boolean: boolean;
}

function ofType<Name extends keyof Types>(type: Name, column: string, value: unknown): Types[Name] {
  if (typeof value === type) return value as Types[Name];
  throw new TypeError(`${column} is ${value === null ? 'null' : `a ${typeof value}`}: must be a ${type}`);
}

function ofBits(cut: typeof BigInt.asIntN, column: string, value: bigint): bigint {
  if (cut(64, value) === value) return value;
  throw new RangeError(`${column} is ${value}: must be an integer of 64 bits`);
}
