/**
 * How far a text has been read: where it goes on, and where what was written of it ends. One number, because a function
 * returns one.
 */
export type Step = u64;

export function step(text: usize, written: usize): Step {
  return ((written as u64) << 32) | (text as u64);
}

export function textOf(reached: Step): usize {
  return reached as u32 as usize;
}

export function writtenOf(reached: Step): usize {
  return (reached >>> 32) as usize;
}
