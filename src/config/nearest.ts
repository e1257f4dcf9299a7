import { distance } from 'fastest-levenshtein';

/**
 * The candidate that was most likely meant by a mistyped name, or `null` when none is near. Case and the choice of `-`, `_`
 * or `.` do not count.
 * @param wrongShareMax how many of its letters may be wrong: two in five. Less where there are many candidates, of which some
 *   are like it by chance.
 */
export function nearest(written: string, candidates: readonly string[], wrongShareMax = 0.4): string | null {
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const letters = distance(plain(written), plain(candidate));
    if (letters < bestDistance && letters <= Math.max(1, wrongShareMax * written.length)) {
      best = candidate;
      bestDistance = letters;
    }
  }
  return best;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]/g, '');
}
