/** Of one topic that transactions write to, by partition. */
export interface TopicEnds {
  topic: string;
  /** The last stable offset: where read-committed readers stop. */
  lastStable: ReadonlyMap<number, number>;
  /** The high watermark, read before. */
  high: ReadonlyMap<number, number>;
}

/**
 * Holds that read-committed readers can read to what was the end: a transaction that was open then would stop them before it. One that
 * others have begun since, in a topic that all share, is none of this.
 */
export function openTransactionProblems({ topic, lastStable, high }: TopicEnds): string[] {
  return [...high].flatMap(([partition, end]) => {
    const stable = lastStable.get(partition);
    if (stable !== undefined && stable >= end) return [];
    return [
      `${topic}-${partition} ends at ${end}, but an open transaction stops its readers at ${stable ?? '?'}`,
    ];
  });
}
