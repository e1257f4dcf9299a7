/**
 * Copies bytes, 16 at a time, up to 31 more than there are. Returns where the copy ends.
 *
 * The first 32 are copied without asking how many there are: most texts are shorter, and a processor that guesses wrong
 * whether there are more loses more time than copying them takes.
 */
export function copy(at: usize, from: usize, end: usize): usize {
  v128.store(at, v128.load(from));
  v128.store(at, v128.load(from, 16), 16);
  let to = at + 32;
  for (let source = from + 32; source < end; source += 16, to += 16) v128.store(to, v128.load(source));
  return at + (end - from);
}

/** Fills with zeros, 16 bytes at a time, up to 15 more. For few bytes `memory.fill`, a call into the engine, takes longer. */
export function clear(at: usize, bytes: usize): void {
  const end = at + bytes;
  for (let to = at; to < end; to += 16) v128.store(to, i64x2.splat(0));
}
