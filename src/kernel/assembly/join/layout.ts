/**
 * Where things lie in the memory of this module, and what the host (`encodings/native/fast-join.ts`) writes there: the parts that rows of
 * a layout consist of, in their order.
 *
 * | from      | what                                                                        |
 * |-----------|-----------------------------------------------------------------------------|
 * | 0         | constants of the compiled code                                              |
 * | `LAYOUTS` | one layout after the other, each with the names and types of its columns    |
 * | `ROWS`    | the list of rows to join, then the rows, then the block: as the host wants  |
 */

export const LAYOUTS: usize = 0x0_1000;
export const ROWS: usize = 0x2_0000;

/** As the host numbers them; its `columns.ts` says what they are. */
export enum PartForm {
  Ends,
  Texts,
  Numbers,
}

@unmanaged
export class Part {
  form: u32;
  /** Of how many lists it is the data: 0, 1 or 2. */
  depth: u32;
  /** Of each number. */
  bytes: u32;
  /** What stands in a block in front of the data, if anything: where it begins and ends. */
  head: u32;
  headEnd: u32;
}

export function partAfter(part: usize): usize {
  return part + offsetof<Part>();
}
