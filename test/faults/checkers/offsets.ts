/** Of one input topic, by partition. */
export interface InputOffsets {
  input: string;
  /** One past the last record. */
  ends: ReadonlyMap<number, number>;
  /** What the group has committed; a partition without is left out. */
  committed: ReadonlyMap<number, number>;
}

/** Holds that the group has committed exactly the end of the input: nothing is read again, nothing was skipped over. */
export function offsetProblems({ input, ends, committed }: InputOffsets): string[] {
  return [...ends].flatMap(([partition, end]) => {
    const at = committed.get(partition);
    if (at === end || (at === undefined && end === 0)) return [];
    return [`${input}-${partition} ends at ${end}, but the group has committed ${at ?? 'nothing'}`];
  });
}
