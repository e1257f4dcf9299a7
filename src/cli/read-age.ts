import { InvalidArgumentError } from 'commander';

const UNIT_SECONDS: Record<string, number> = {
  m: 60,
  h: 3600,
  d: 86_400,
  w: 7 * 86_400,
  y: 365 * 86_400,
};

/** Times are counted to 2106; an age beyond this one adds nothing. */
const MAX_SECONDS = 99_999 * 86_400;

const EXPECTED = 'It must be a number and a unit, such as 30d or 1y: m, h, d, w or y, at most 99999d.';

/** Reads the value of an option that says how long rows are kept, as seconds. A year has 365 days. */
export function readAge(text: string): number {
  const [, number, unit = ''] = /^([1-9]\d{0,8})([mhdwy])$/.exec(text) ?? [];
  const seconds = Number(number) * (UNIT_SECONDS[unit] ?? Number.NaN);
  if (!(seconds <= MAX_SECONDS)) throw new InvalidArgumentError(EXPECTED);
  return seconds;
}
