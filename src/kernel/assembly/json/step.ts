/**
 * How far a reader has come: where the text goes on, and where the wire form that was written ends. One number, because a
 * function returns one.
 */
export type Step = u64;

export function step(text: usize, wire: usize): Step {
  return ((wire as u64) << 32) | (text as u64);
}

export function textOf(reached: Step): usize {
  return reached as u32 as usize;
}

export function wireOf(reached: Step): usize {
  return (reached >>> 32) as usize;
}
