/** Of one topic that transactions write to, by partition. */
export interface TopicEnds {
  topic: string;
  /** The last stable offset: where read-committed readers stop. */
  lastStable: ReadonlyMap<number, number>;
  /** The high watermark. */
  high: ReadonlyMap<number, number>;
}

/** Holds that read-committed readers can read to the end: a transaction that is open would stop them before it. */
export function openTransactionProblems({ topic, lastStable, high }: TopicEnds): string[] {
  return [...high].flatMap(([partition, end]) => {
    const stable = lastStable.get(partition);
    if (stable === end) return [];
    return [
      `${topic}-${partition} ends at ${end}, but an open transaction stops its readers at ${stable ?? '?'}`,
    ];
  });
}
