/**
 * `43.1 %, 1,234,567 of 2,864,000 records, 12,300/s, 2 min 12 s left`.
 *
 * @param before what was done when this run began `elapsedMs` ago; the rate is of this run.
 */
export function progressText(done: number, before: number, all: number, elapsedMs: number): string {
  const perSecond = ((done - before) / Math.max(1, elapsedMs)) * 1000;
  // Down: 100 % is only said when nothing is left.
  const percent = all === 0 ? 100 : Math.floor((done / all) * 1000) / 10;
  const left = perSecond > 0 ? `, ${durationText((all - done) / perSecond)} left` : '';
  return `${percent.toFixed(1)} %, ${count(done)} of ${count(all)} records, ${count(Math.round(perSecond))}/s${left}`;
}

/** `8 s`, `2 min 12 s`, `3 h 5 min`. */
export function durationText(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** With thousands apart. */
export function count(number: number): string {
  return number.toLocaleString('en-US');
}
