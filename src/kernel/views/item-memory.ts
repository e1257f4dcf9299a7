import { decodeText, encodeTextLossless } from '../../values/text.js';
import { type KernelInstance, Rejected } from '../instance.js';
import { type Layout, layoutOf } from './layout.js';
import { STRING_VALUE } from './wire-value.js';

const RANGE_BYTES = 8;
const ENTRY_BYTES = 16;

/** Of the memory, and how many parts are told apart: a double holds both. */
const ADDRESSES = 2 ** 32;
const PARTS = 2 ** 20;

/** Where bytes lie in the memory. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * The memory of the kernel while steps look at the items of a part: `assembly/item.ts` says what lies there. What is set is
 * written where the kernel will look for it when it makes the row. Addresses are those of items, their owners or elements.
 */
export class ItemMemory {
  readonly layout: Layout;
  /** What kept a change from being made: there is no memory for it. The step may have caught it, so it is kept here. */
  rejected: Rejected | undefined;
  private part = 0;
  private readonly instance: KernelInstance;
  private bytes: Buffer;
  private view: DataView;

  constructor(instance: KernelInstance) {
    this.instance = instance;
    this.layout = layoutOf(instance.exports);
    this.bytes = instance.bytes();
    this.view = viewOf(this.bytes);
  }

  /** To be called when the kernel has read the items of a part. */
  begin(): void {
    this.part = (this.part + 1) % PARTS;
    this.rejected = undefined;
    this.refresh();
  }

  /** A number for a list of attributes: what lies at its address in another part has another. */
  sourceOf(list: number): number {
    return this.part * ADDRESSES + list;
  }

  /** Its memory may have grown, and then is another. */
  private refresh(): void {
    if (this.bytes === this.instance.bytes()) return;
    this.bytes = this.instance.bytes();
    this.view = viewOf(this.bytes);
  }

  u8 = (at: number): number => this.view.getUint8(at);
  u32 = (at: number): number => this.view.getUint32(at, true);
  i32 = (at: number): number => this.view.getInt32(at, true);
  u64 = (at: number): bigint => this.view.getBigUint64(at, true);
  f64 = (at: number): number => this.view.getFloat64(at, true);
  setU8 = (at: number, value: number): void => this.view.setUint8(at, value);
  setU32 = (at: number, value: number): void => this.view.setUint32(at, value, true);
  setI32 = (at: number, value: number): void => this.view.setInt32(at, value, true);
  setU64 = (at: number, value: bigint): void => this.view.setBigUint64(at, value, true);
  setF64 = (at: number, value: number): void => this.view.setFloat64(at, value, true);

  /** The range that is told at `at`. */
  range(at: number): Range {
    return { start: this.u32(at), end: this.u32(at + 4) };
  }

  /** A view of the bytes in it. */
  within({ start, end }: Range): Buffer {
    return this.bytes.subarray(start, end);
  }

  /** The text whose range is told at `at`. */
  text(at: number): string {
    const { start, end } = this.range(at);
    return start === end ? '' : decodeText(this.bytes, start, end);
  }

  /** The string that is all of the value whose range is told at `at`; null of a value that is something else. */
  stringAt(at: number): string | null {
    const start = this.u32(at);
    const end = this.u32(at + 4);
    if (start === end || this.bytes[start] !== STRING_VALUE) return null;
    let lengthEnd = start + 1;
    while ((this.bytes[lengthEnd] as number) >= 0x80) lengthEnd++;
    return decodeText(this.bytes, lengthEnd + 1, end);
  }

  /** Whether the text whose range is told at `at` has these bytes. */
  isText(at: number, bytes: Uint8Array): boolean {
    const start = this.u32(at);
    const { length } = bytes;
    if (this.u32(at + 4) - start !== length) return false;
    // A loop, since most texts differ within the first bytes, and a view of them takes longer to make than that.
    for (let i = 0; i < length; i++) if (this.bytes[start + i] !== bytes[i]) return false;
    return true;
  }

  setText(item: number, at: number, text: string): void {
    this.setBytes(item, at, encodeTextLossless(text));
  }

  /**
   * Puts bytes in the place of those whose range is told at `at`.
   *
   * @param item whose row has them.
   */
  setBytes(item: number, at: number, bytes: Uint8Array): void {
    const start = bytes.length === 0 ? 0 : this.keep(item, bytes);
    this.setU32(at, start);
    this.setU32(at + 4, start + bytes.length);
  }

  /**
   * Whether what lies there is of this item alone, because a step has changed it.
   *
   * @param address of an owner or of a list of attributes.
   */
  isEdit(address: number): boolean {
    return address >= this.instance.places.input;
  }

  /** Copies `size` bytes, which may then be changed. Returns where the copy is. */
  copy(item: number, from: number, size: number, more = 0): number {
    const to = this.reserve(item, size + more);
    this.bytes.copyWithin(to, from, from + size);
    return to;
  }

  /** How many entries are in the list of attributes that begins and ends as told at `list`. */
  entryCount(list: number): number {
    return (this.u32(list + this.layout.LIST_END) - this.u32(list + this.layout.LIST_FIRST)) / ENTRY_BYTES;
  }

  /** Where the range of the `i`th key is told; that of its value is told behind it. */
  entry(list: number, i: number): number {
    return this.u32(list + this.layout.LIST_FIRST) + i * ENTRY_BYTES;
  }

  valueOf(entry: number): number {
    return entry + RANGE_BYTES;
  }

  /** Makes the list one that may be changed, with place for one more entry. */
  ownList(item: number, list: number): void {
    const { LIST_FIRST, LIST_END } = this.layout;
    const bytes = this.entryCount(list) * ENTRY_BYTES;
    const first = this.copy(item, this.u32(list + LIST_FIRST), bytes, ENTRY_BYTES);
    this.setU32(list + LIST_FIRST, first);
    this.setU32(list + LIST_END, first + bytes);
  }

  /** How many entries the list has from here on. */
  setEntryCount(list: number, count: number): void {
    this.setU32(list + this.layout.LIST_END, this.entry(list, count));
  }

  copyEntry(from: number, to: number): void {
    this.bytes.copyWithin(to, from, from + ENTRY_BYTES);
  }

  private keep(item: number, bytes: Uint8Array): number {
    const at = this.reserve(item, bytes.length);
    this.bytes.set(bytes, at);
    return at;
  }

  private reserve(item: number, bytes: number): number {
    try {
      const at = this.instance.exports.reserveEdit(bytes);
      this.refresh();
      const editedBytes = item + this.layout.ITEM_EDITED_BYTES;
      this.setU32(editedBytes, this.u32(editedBytes) + bytes);
      return at;
    } catch (error) {
      if (error instanceof Rejected) this.rejected = error;
      throw error;
    }
  }
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
