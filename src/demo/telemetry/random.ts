/** A stream of numbers that one seed decides. */
export interface Random {
  /** At least 0, less than 1. */
  fraction(): number;
  /** An integer from `min` to `max`, both included. */
  integer(min: number, max: number): number;
  chance(probability: number): boolean;
  pick<T>(choices: readonly [T, ...T[]]): T;
  /** Around `median`, never below 0, now and then many times as much: as durations are. */
  duration(median: number, spread: number): number;
  bytes(length: number): Uint8Array;
}

/** How a generated telemetry differs from another: the same seed gives the same. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  // Mulberry32: 32 bits of state are plenty for data to look at, and one line can be checked by eye.
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const fraction = () => next() / 2 ** 32;
  const integer = (min: number, max: number) => min + Math.floor(fraction() * (max - min + 1));
  const normal = () => Math.sqrt(-2 * Math.log(1 - fraction())) * Math.cos(2 * Math.PI * fraction());
  return {
    fraction,
    integer,
    chance: probability => fraction() < probability,
    pick: choices => choices[integer(0, choices.length - 1)] ?? choices[0],
    duration: (median, spread) => median * Math.exp(spread * normal()),
    bytes: length => Uint8Array.from({ length }, () => next() & 0xff),
  };
}
