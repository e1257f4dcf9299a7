/** Copies bytes, 16 at a time, up to 15 more than there are. Returns where the copy ends. */
export function copy(at: usize, from: usize, end: usize): usize {
  let to = at;
  for (let source = from; source < end; source += 16, to += 16) v128.store(to, v128.load(source));
  return at + (end - from);
}

/** Fills with zeros, 16 bytes at a time, up to 15 more. For few bytes `memory.fill`, a call into the engine, takes longer. */
export function clear(at: usize, bytes: usize): void {
  const end = at + bytes;
  for (let to = at; to < end; to += 16) v128.store(to, i64x2.splat(0));
}
