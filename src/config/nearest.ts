import { distance } from 'fastest-levenshtein';

/**
 * The candidate that was most likely meant by a mistyped name, or `null` when none is near: at most two in five of
 * its letters may be wrong. Case and the choice of `-`, `_` or `.` do not count.
 */
export function nearest(written: string, candidates: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const letters = distance(plain(written), plain(candidate));
    if (letters < bestDistance && letters <= Math.max(1, 0.4 * written.length)) {
      best = candidate;
      bestDistance = letters;
    }
  }
  return best;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]/g, '');
}
