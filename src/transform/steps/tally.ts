/** What a step did with items. */
export interface StepTally {
  name: string;
  /** Items that it was for. */
  matched: number;
  changed: number;
  dropped: number;
  /** Items that it could not be done with. */
  failed: number;
}

/** Of steps with these names that have done nothing yet. */
export function zeroTallies(names: readonly string[]): StepTally[] {
  return names.map(name => ({ name, matched: 0, changed: 0, dropped: 0, failed: 0 }));
}

export function addTally(sum: StepTally, other: StepTally | undefined): StepTally {
  if (other === undefined) return sum;
  return {
    name: sum.name,
    matched: sum.matched + other.matched,
    changed: sum.changed + other.changed,
    dropped: sum.dropped + other.dropped,
    failed: sum.failed + other.failed,
  };
}
