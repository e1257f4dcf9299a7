import { decodeValue } from '../../transform/decode/protobuf.js';
import { valueText } from '../../transform/explode/value-text.js';
import { attributeName, sentValue } from '../../transform/steps/values.js';
import type { AttributesView, SentValue, SettableValue } from '../../transform/steps/view.js';
import { encodeTextLossless } from '../../values/text.js';
import type { ItemMemory } from './item-memory.js';
import type { Place } from './kernel-fields.js';
import { isNested, wireValue } from './wire-value.js';

const NOT_FOUND = -1;

const NO_KEYS: string[] = [];

/** Keys whose bytes are kept: steps ask for the same few again and again. */
const KNOWN_KEYS_MAX = 1_000;
const knownKeys = new Map<string, Buffer>();

function bytesOf(key: string): Buffer {
  const known = knownKeys.get(key);
  if (known !== undefined) return known;
  const bytes = encodeTextLossless(key);
  if (knownKeys.size < KNOWN_KEYS_MAX) knownKeys.set(key, bytes);
  return bytes;
}

/** Keys by the lengths of their bytes: most attributes have another length than all of them. */
interface SortedKeys {
  readonly byLength: readonly ({ key: string; bytes: Buffer }[] | undefined)[];
  /** Where each stands among the keys that were asked for. */
  readonly order: ReadonlyMap<string, number>;
}

const sortedLists = new WeakMap<readonly string[], SortedKeys>();

function sortedKeys(keys: readonly string[]): SortedKeys {
  const known = sortedLists.get(keys);
  if (known !== undefined) return known;
  const byLength: { key: string; bytes: Buffer }[][] = [];
  for (const key of keys) {
    const bytes = encodeTextLossless(key);
    const sameLength = byLength[bytes.length] ?? [];
    sameLength.push({ key, bytes });
    byLength[bytes.length] = sameLength;
  }
  const sorted = { byLength, order: new Map(keys.map((key, i) => [key, i])) };
  sortedLists.set(keys, sorted);
  return sorted;
}

/**
 * The view of a list of attributes in the kernel's memory. Made for each item anew, and little more than an address: most
 * steps ask for one key and are done.
 */
export class KernelAttributes implements AttributesView {
  private readonly memory: ItemMemory;
  private readonly item: number;
  private readonly place: Place;

  /**
   * @param item whose row has them.
   * @param place that tells of the item where the first and last entry are told.
   */
  constructor(memory: ItemMemory, item: number, place: Place) {
    this.memory = memory;
    this.item = item;
    this.place = place;
  }

  get size(): number {
    return this.memory.entryCount(this.list());
  }

  get source(): unknown {
    return this.memory.sourceOf(this.list());
  }

  keys(): string[] {
    const { memory } = this;
    const list = this.list();
    const keys: string[] = [];
    for (let i = 0; i < memory.entryCount(list); i++) keys.push(memory.text(memory.entry(list, i)));
    return keys;
  }

  present(keys: readonly string[]): readonly string[] {
    const { memory } = this;
    const { byLength, order } = sortedKeys(keys);
    const list = this.list();
    const count = memory.entryCount(list);
    let found = NO_KEYS;
    for (let i = 0; i < count; i++) {
      const entry = memory.entry(list, i);
      const candidates = byLength[memory.u32(entry + 4) - memory.u32(entry)];
      if (candidates === undefined) continue;
      const key = candidates.find(({ bytes }) => memory.isText(entry, bytes))?.key;
      if (key !== undefined && !found.includes(key)) found = [...found, key];
    }
    return found.length < 2 ? found : found.toSorted((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
  }

  nestedKeys(): string[] {
    const { memory } = this;
    const list = this.list();
    const count = memory.entryCount(list);
    let keys = NO_KEYS;
    for (let i = 0; i < count; i++) {
      const entry = memory.entry(list, i);
      const value = memory.valueOf(entry);
      if (memory.u32(value) === memory.u32(value + 4) || !isNested(memory.u8(memory.u32(value)))) continue;
      keys = [...keys, memory.text(entry)];
    }
    return keys;
  }

  get(key: string): string | undefined {
    const list = this.list();
    const i = this.find(list, bytesOf(key));
    if (i === NOT_FOUND) return undefined;
    return this.stringAt(list, i) ?? valueText(decodeValue(this.valueAt(list, i)));
  }

  value(key: string): SentValue {
    const list = this.list();
    const i = this.find(list, bytesOf(key));
    if (i === NOT_FOUND) return undefined;
    // Else of a copy: what is in the memory is soon something else.
    return this.stringAt(list, i) ?? sentValue(decodeValue(Buffer.from(this.valueAt(list, i))));
  }

  has(key: string): boolean {
    return this.find(this.list(), bytesOf(key)) !== NOT_FOUND;
  }

  set(key: string, value: SettableValue): void {
    const { memory, item } = this;
    const keyBytes = bytesOf(key);
    const valueBytes = wireValue(() => attributeName(key), value);
    const list = this.ownList();
    const i = this.find(list, keyBytes);
    if (i !== NOT_FOUND) {
      memory.setBytes(item, memory.valueOf(memory.entry(list, i)), valueBytes);
      if (this.find(list, keyBytes, i + 1) !== NOT_FOUND) this.remove(list, keyBytes, i + 1);
      return;
    }
    const count = memory.entryCount(list);
    memory.ownList(item, list);
    memory.setEntryCount(list, count + 1);
    memory.setBytes(item, memory.entry(list, count), keyBytes);
    memory.setBytes(item, memory.valueOf(memory.entry(list, count)), valueBytes);
  }

  delete(key: string): boolean {
    const keyBytes = bytesOf(key);
    const i = this.find(this.list(), keyBytes);
    if (i === NOT_FOUND) return false;
    this.remove(this.ownList(), keyBytes, i);
    return true;
  }

  private list(): number {
    return this.place.of(this.item);
  }

  /** The same, made so that a change concerns no other item. */
  private ownList(): number {
    const { memory, item, place } = this;
    const list = place.ownOf(item);
    if (place.isShared && !memory.isEdit(memory.entry(list, 0))) memory.ownList(item, list);
    return list;
  }

  private find(list: number, key: Buffer, from = 0): number {
    const { memory } = this;
    const count = memory.entryCount(list);
    for (let i = from; i < count; i++) if (memory.isText(memory.entry(list, i), key)) return i;
    return NOT_FOUND;
  }

  /** Mostly a value is a string, which is read from where it lies. */
  private stringAt(list: number, i: number): string | null {
    const { memory } = this;
    return memory.stringAt(memory.valueOf(memory.entry(list, i)));
  }

  private valueAt(list: number, i: number): Buffer {
    const { memory } = this;
    return memory.within(memory.range(memory.valueOf(memory.entry(list, i))));
  }

  /** Takes entries with the key away, from the `from`th on. */
  private remove(list: number, key: Buffer, from: number): void {
    const { memory } = this;
    const count = memory.entryCount(list);
    let kept = from;
    for (let i = from; i < count; i++) {
      const entry = memory.entry(list, i);
      if (memory.isText(entry, key)) continue;
      memory.copyEntry(entry, memory.entry(list, kept++));
    }
    memory.setEntryCount(list, kept);
  }
}
