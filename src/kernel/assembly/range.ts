/** Where bytes begin and end. One number, because a function returns one. */
export type Range = u64;

export const NOWHERE: Range = 0;

export function range(start: usize, end: usize): Range {
  return ((end as u64) << 32) | (start as u64);
}

export function startOf(bytes: Range): usize {
  return bytes as u32 as usize;
}

export function endOf(bytes: Range): usize {
  return (bytes >>> 32) as usize;
}

export function lengthOf(bytes: Range): usize {
  return endOf(bytes) - startOf(bytes);
}

export function isEmpty(bytes: Range): bool {
  return startOf(bytes) === endOf(bytes);
}
