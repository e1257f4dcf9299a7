import { createWriteStream } from 'node:fs';

/** What happened in a run, one JSON object per line, in the order in which it happened. */
export interface History {
  /** Adds a line; the time is added to it. */
  note(what: string, about?: Record<string, unknown>): void;
  close(): Promise<void>;
}

export function openHistory(file: string): History {
  const stream = createWriteStream(file, { flags: 'a' });
  return {
    note: (what, about = {}) => {
      stream.write(`${JSON.stringify({ at: new Date().toISOString(), what, ...about })}\n`);
    },
    close: () => new Promise(resolve => stream.end(() => resolve())),
  };
}
