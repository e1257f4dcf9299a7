// TypeScript has WebAssembly among the types of browsers only.
/// <reference path="./webassembly.d.ts" />

import { readFileSync } from 'node:fs';

/** What `assembly/index.ts` exports, as WebAssembly has it. */
interface KernelExports extends Record<keyof Places, WebAssembly.Global> {
  readonly itemCount: WebAssembly.Global;
  readonly rowCount: WebAssembly.Global;
  /** Where the items of the part end, and how large each of them is. */
  readonly itemsEnd: WebAssembly.Global;
  readonly itemBytes: WebAssembly.Global;
  /** Where the rows begin; the place depends on the record. */
  readonly output: WebAssembly.Global;
  setLimits(nestingMax: number, itemsMax: number): void;
  setTimes(format: number, nanoseconds: number): void;
  setGlassflow(glassflow: number): void;
  /** @param enabled a bit for each row kind that is made. @param native and for each whose rows are native. */
  setKinds(enabled: number, native: number): void;
  setKeys(traces: number, logs: number, metrics: number): void;
  begin(signal: number, length: number): void;
  reserveInput(length: number): void;
  /** @returns where so many bytes of what a step changes can be put. */
  reserveEdit(bytes: number): number;
  reserveText(length: number): number;
  beginText(signal: number, length: number): void;
  /** @returns 1 when there may be more items. */
  readItems(): number;
  readOn(): number;
  /** @returns 1 when the item that was rejected last was left, 0 when it was the whole record. */
  leaveItem(): number;
  /** @returns 1 when there are more rows to write. */
  writeRows(): number;
}

/** Where things lie in the memory: `assembly/memory.ts` tells of them. */
interface Places {
  readonly input: number;
  readonly items: number;
  readonly leftItem: number;
  readonly ops: number;
  readonly powersOfTen: number;
  readonly rows: number;
  readonly schema: number;
  readonly schemaEnd: number;
}

/** The compiled kernel and the memory it works in. */
export interface KernelInstance {
  readonly exports: KernelExports;
  readonly places: Places;
  /** The numbers of each enum by name, as `json-schema.ts` lists them. */
  readonly enumNumbers: ReadonlyMap<string, number>[];
  /** All of the memory. Growing it makes a new ArrayBuffer and empties the views of the old one, so ask again after each call. */
  bytes(): Buffer;
}

/** Thrown through the kernel's code when it leaves something to the plain engine. */
export class Rejected extends Error {
  /** As `assembly/reason.ts` numbers them. */
  reason = 0;
}

/** One object, since no one reads where it came from. */
const REJECTED = new Rejected('the kernel does not take this');

function reject(reason: number): never {
  REJECTED.reason = reason;
  throw REJECTED;
}

// Both as in assembly/asconfig.json.

/** What has a fixed place, and 1.4 MiB of rows. */
const PAGES_MIN = 160;
/** 64 MiB. WebAssembly memory never shrinks, so this is what a worker may hold for good. */
export const PAGES_MAX = 1024;

// Built by `npm run build`. Resolves from src/kernel and from dist/kernel alike.
const COMPILED = new URL('../../dist/kernel/kernel.wasm', import.meta.url);

let compiled: WebAssembly.Module | undefined;

/** Makes an instance with a memory of its own. */
export function createInstance(): KernelInstance {
  compiled ??= new WebAssembly.Module(readFileSync(COMPILED));
  const memory = new WebAssembly.Memory({ initial: PAGES_MIN, maximum: PAGES_MAX });
  let bytes = Buffer.from(memory.buffer);
  const current = () => {
    if (bytes.buffer !== memory.buffer) bytes = Buffer.from(memory.buffer);
    return bytes;
  };
  const enumNumbers: ReadonlyMap<string, number>[] = [];
  const instance = new WebAssembly.Instance(compiled, {
    env: { memory },
    host: {
      giveBack: reject,
      parseDouble: (at: number, end: number) => Number(current().toString('latin1', at, end)),
      enumNumber: (enumeration: number, at: number, end: number) => {
        const value = enumNumbers[enumeration]?.get(current().toString('latin1', at, end));
        if (value === undefined) reject(0);
        return value;
      },
    },
  });
  const exports = instance.exports as unknown as KernelExports;
  const places = {
    input: exports.input.value,
    items: exports.items.value,
    leftItem: exports.leftItem.value,
    ops: exports.ops.value,
    powersOfTen: exports.powersOfTen.value,
    rows: exports.rows.value,
    schema: exports.schema.value,
    schemaEnd: exports.schemaEnd.value,
  };
  return { exports, places, enumNumbers, bytes: current };
}
