import { hexOrEmpty } from '../../transform/explode/ids.js';
import { instant } from '../../transform/explode/time.js';
import type { Accessor } from '../../transform/steps/create-view.js';
import { idBytes } from '../../transform/steps/ids.js';
import type { AttributesView } from '../../transform/steps/view.js';
import type { ItemMemory } from './item-memory.js';
import { KernelAttributes } from './kernel-attributes.js';

/** Where a message lies that has a field of the item: the item itself, or what it belongs to. */
export interface Place {
  of(item: number): number;
  /** The same, made so that a change concerns no other item. */
  ownOf(item: number): number;
  /** Whether neighbours have its attributes too, as long as they are not changed. */
  readonly isShared: boolean;
}

type OfItem<Value> = Accessor<number, Value>;

/** Accessors of fields in the kernel's memory, by their offsets in the message that has them. */
export function fieldsAt(memory: ItemMemory, place: Place) {
  const { of, ownOf } = place;
  const number =
    <Value>(get: (at: number) => Value, set: (at: number, value: Value) => void) =>
    (offset: number): OfItem<Value> => ({
      get: item => get(of(item) + offset),
      set: (item, value) => set(ownOf(item) + offset, value),
    });
  const converted = <Value, Viewed>(
    { get, set }: OfItem<Value>,
    view: (value: Value) => Viewed,
    send: (viewed: Viewed) => Value,
  ): OfItem<Viewed> => ({
    get: item => view(get(item)),
    set: (item, viewed) => set?.(item, send(viewed)),
  });
  const u64 = number(memory.u64, memory.setU64);
  const range = (offset: number) => (item: number) => memory.within(memory.range(of(item) + offset));

  return {
    converted,
    range,
    u32: number(memory.u32, memory.setU32),
    i32: number(memory.i32, memory.setI32),
    u64,
    f64: number(memory.f64, memory.setF64),
    time: (offset: number): OfItem<bigint> =>
      converted(u64(offset), instant, value => BigInt.asUintN(64, value)),
    text: (offset: number): OfItem<string> => ({
      get: item => memory.text(of(item) + offset),
      set: (item, text) => memory.setText(item, ownOf(item) + offset, text),
    }),
    id: (offset: number, column: string, bytes: number): OfItem<string> => ({
      get: item => hexOrEmpty(range(offset)(item)),
      set: (item, hex) => memory.setBytes(item, ownOf(item) + offset, idBytes(column, hex, bytes)),
    }),
    /** Of the attributes that all of these messages begin with. */
    attributes: (): OfItem<AttributesView> => ({
      get: item => new KernelAttributes(memory, item, place),
    }),
  };
}

/** Accessors of lists of messages: a column has a value for each. */
export function elementsAt(
  memory: ItemMemory,
  { first, end, size }: { first: number; end: number; size: number },
) {
  const each = <Value>(valueAt: (element: number, item: number) => Value): OfItem<readonly Value[]> => ({
    get: item => {
      const values: Value[] = [];
      const elementsEnd = memory.u32(item + end);
      for (let element = memory.u32(item + first); element < elementsEnd; element += size) {
        values.push(valueAt(element, item));
      }
      return values;
    },
  });
  return {
    f64: (offset: number) => each(element => memory.f64(element + offset)),
    time: (offset: number) => each(element => instant(memory.u64(element + offset))),
    text: (offset: number) => each(element => memory.text(element + offset)),
    id: (offset: number, hex: (id: Buffer) => string) =>
      each(element => hex(memory.within(memory.range(element + offset)))),
    attributes: () =>
      each((element, item) => {
        const ofElement = () => element;
        return new KernelAttributes(memory, item, { of: ofElement, ownOf: ofElement, isShared: false });
      }),
  };
}
