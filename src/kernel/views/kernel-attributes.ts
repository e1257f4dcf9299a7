import { decodeValue } from '../../transform/decode/protobuf.js';
import { valueText } from '../../transform/explode/value-text.js';
import { attributeName, sentValue } from '../../transform/steps/values.js';
import type { AttributesView } from '../../transform/steps/view.js';
import { decodeText, encodeTextLossless } from '../../values/text.js';
import type { ItemMemory } from './item-memory.js';
import { isNested, stringWithin, wireValue } from './wire-value.js';

const NOT_FOUND = -1;

/**
 * The view of a list of attributes in the kernel's memory.
 *
 * @param item whose row has them.
 * @param listOf where the first and last entry are told.
 * @param ownListOf the same, made so that a change concerns no other item.
 */
export function kernelAttributes(
  memory: ItemMemory,
  item: number,
  listOf: () => number,
  ownListOf: () => number,
): AttributesView {
  const find = (list: number, key: Buffer, from = 0): number => {
    const count = memory.entryCount(list);
    for (let i = from; i < count; i++) {
      const { start, end } = memory.range(memory.entry(list, i));
      if (end - start === key.length && memory.within({ start, end }).equals(key)) return i;
    }
    return NOT_FOUND;
  };
  const valueAt = (list: number, i: number): Buffer =>
    memory.within(memory.range(memory.valueOf(memory.entry(list, i))));
  /** Takes entries with the key away, from the `from`th on. */
  const remove = (list: number, key: Buffer, from: number) => {
    const count = memory.entryCount(list);
    let kept = from;
    for (let i = from; i < count; i++) {
      const entry = memory.entry(list, i);
      if (memory.within(memory.range(entry)).equals(key)) continue;
      memory.copyEntry(entry, memory.entry(list, kept++));
    }
    memory.setEntryCount(list, kept);
  };

  return {
    get size() {
      return memory.entryCount(listOf());
    },
    get source() {
      return memory.sourceOf(listOf());
    },
    keys: () => {
      const list = listOf();
      return Array.from({ length: memory.entryCount(list) }, (_, i) => memory.text(memory.entry(list, i)));
    },
    nestedKeys: () => {
      const list = listOf();
      const keys: string[] = [];
      for (let i = 0; i < memory.entryCount(list); i++) {
        if (isNested(valueAt(list, i))) keys.push(memory.text(memory.entry(list, i)));
      }
      return keys;
    },
    get: key => {
      const list = listOf();
      const i = find(list, encodeTextLossless(key));
      if (i === NOT_FOUND) return undefined;
      const value = valueAt(list, i);
      const string = stringWithin(value);
      return string ? decodeText(string) : valueText(decodeValue(value));
    },
    value: key => {
      const list = listOf();
      const i = find(list, encodeTextLossless(key));
      // A copy: what is in the memory is soon something else.
      return i === NOT_FOUND ? undefined : sentValue(decodeValue(Buffer.from(valueAt(list, i))));
    },
    has: key => find(listOf(), encodeTextLossless(key)) !== NOT_FOUND,
    set: (key, value) => {
      const keyBytes = encodeTextLossless(key);
      const valueBytes = wireValue(attributeName(key), value);
      const list = ownListOf();
      const i = find(list, keyBytes);
      if (i !== NOT_FOUND) {
        memory.setBytes(item, memory.valueOf(memory.entry(list, i)), valueBytes);
        if (find(list, keyBytes, i + 1) !== NOT_FOUND) remove(list, keyBytes, i + 1);
        return;
      }
      const count = memory.entryCount(list);
      memory.ownList(item, list);
      memory.setEntryCount(list, count + 1);
      memory.setBytes(item, memory.entry(list, count), keyBytes);
      memory.setBytes(item, memory.valueOf(memory.entry(list, count)), valueBytes);
    },
    delete: key => {
      const keyBytes = encodeTextLossless(key);
      const i = find(listOf(), keyBytes);
      if (i === NOT_FOUND) return false;
      remove(ownListOf(), keyBytes, i);
      return true;
    },
  };
}
