import { write8 } from './numbers';

/** Begins a list: how many elements it has. They follow, side by side. */
export function beginList(at: usize, bytes: usize, elementBytes: usize): usize {
  return write8(at, bytes / elementBytes);
}
