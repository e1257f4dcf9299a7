/** How far a run is, at one moment. */
export interface ProgressNow {
  doneOffsets: number;
  allOffsets: number;
  perSecond: number;
  /** null when nothing can be said of it. */
  secondsLeft: number | null;
}

/** Follows a run by its commits. All times are milliseconds of one clock. */
export interface Progress {
  committed(doneOffsets: number, atMs: number): void;
  elapsedMs(nowMs: number): number;
  /** @param rows how many this run has written so far. */
  at(nowMs: number, rows: number): ProgressNow;
}

/**
 * What is left is reckoned at each commit, and counted down from there: reckoned between two commits, it would grow from
 * one to the next, because the offsets stand still and the time does not. Nothing is said of it when a commit is overdue.
 *
 * @param doneBefore offsets that earlier runs have done: the speed is of this run.
 * @param rowsPerSecondMax as the run is held to. What it was allowed to send at once in the beginning says nothing of the
 *   rest, which takes at least as long as its rows at that rate.
 */
export function progressOf(
  doneBefore: number,
  allOffsets: number,
  startedMs: number,
  rowsPerSecondMax = Number.POSITIVE_INFINITY,
): Progress {
  let done = doneBefore;
  let doneMs = startedMs;
  return {
    committed: (doneOffsets, atMs) => {
      done = doneOffsets;
      doneMs = atMs;
    },
    elapsedMs: nowMs => nowMs - startedMs,
    at: (nowMs, rows) => {
      const doneHere = done - doneBefore;
      const perSecond = (doneHere / Math.max(1, doneMs - startedMs)) * 1000;
      const left = allOffsets - done;
      const seconds =
        Math.max(left / perSecond, (left * rows) / doneHere / rowsPerSecondMax) - (nowMs - doneMs) / 1000;
      const known = doneHere > 0 && seconds >= 0;
      return { doneOffsets: done, allOffsets, perSecond, secondsLeft: known ? seconds : null };
    },
  };
}

/** `43.1 %, 1,234,567 of 2,864,000 offsets, 12,300/s, 2 min 12 s left`. Markers of transactions have offsets too. */
export function progressText({ doneOffsets, allOffsets, perSecond, secondsLeft }: ProgressNow): string {
  // Down: 100 % is only said when nothing is left.
  const percent = allOffsets === 0 ? 100 : Math.floor((doneOffsets / allOffsets) * 1000) / 10;
  const left = secondsLeft === null ? '' : `, ${durationText(secondsLeft)} left`;
  const speed = `${count(Math.round(perSecond))}/s`;
  return `${percent.toFixed(1)} %, ${count(doneOffsets)} of ${count(allOffsets)} offsets, ${speed}${left}`;
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
