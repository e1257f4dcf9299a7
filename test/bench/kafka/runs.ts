import type { RateFigures } from './at-rate.js';
import type { DrainFigures } from './drain.js';

/** What was measured of one contestant in one round of a case. */
export interface RunOf<Kind extends string, Figures> {
  kind: Kind;
  case: string;
  contestant: string;
  /** Counts from 1. */
  round: number;
  figures: Figures;
}

export type DrainRun = RunOf<'drain', DrainFigures>;
export type RateRun = RunOf<'rate', RateFigures>;
export type Run = DrainRun | RateRun;

/** Figure by figure the median over the rounds; null where one has none. */
export function medianFigures<F extends object>(all: readonly F[]): F {
  const [first] = all;
  if (!first) throw new Error('there is no median of nothing');
  const names = Object.keys(first) as (keyof F)[];
  return Object.fromEntries(
    names.map(name => [name, medianOrNull(all.map(figures => figures[name] as number | null))]),
  ) as F;
}

function medianOrNull(values: readonly (number | null)[]): number | null {
  const numbers = values.filter(value => value !== null);
  return numbers.length < values.length ? null : median(numbers);
}

/** The middle one, or the mean of the two in the middle. @throws Error when there is none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  if (upper === undefined || lower === undefined) throw new Error('there is no median of nothing');
  return (lower + upper) / 2;
}

/** The runs of each contestant of each case, in the order in which they first came. Never an empty group. */
export function grouped<R extends Pick<Run, 'case' | 'contestant'>>(runs: readonly R[]): R[][] {
  const groups = new Map<string, R[]>();
  for (const run of runs) {
    const name = `${run.case}/${run.contestant}`;
    groups.set(name, [...(groups.get(name) ?? []), run]);
  }
  return [...groups.values()];
}

/**
 * How much ours take of what others take: the median of the ratios of the rounds. Rounds of one number ran one after the
 * other, so the machine's moods touch both.
 *
 * @returns null when they have no round or no such figure in common.
 */
export function ratio(ours: readonly Run[], others: readonly Run[], figure: string): number | null {
  const ratios = ours.flatMap(run => {
    const other = others.find(candidate => candidate.round === run.round);
    const value = figureOf(run, figure);
    const otherValue = other ? figureOf(other, figure) : null;
    return value === null || otherValue === null ? [] : [value / otherValue];
  });
  return ratios.length === 0 ? null : median(ratios);
}

function figureOf({ figures }: Run, name: string): number | null {
  return new Map<string, number | null>(Object.entries(figures)).get(name) ?? null;
}
