/** What must be undone at the end, whatever happened. */
export interface Cleanups {
  add(cleanup: () => Promise<unknown>): void;
  /** The last added first. One that fails does not keep the others from running. */
  run(): Promise<void>;
}

export function createCleanups(): Cleanups {
  const cleanups: (() => Promise<unknown>)[] = [];
  return {
    add: cleanup => void cleanups.push(cleanup),
    run: async () => {
      for (const cleanup of cleanups.splice(0).reverse()) await cleanup().catch(() => undefined);
    },
  };
}
