import { Worker } from 'node:worker_threads';

/**
 * Notices a transform that does not come back. It blocks its own thread, so that no timer of that thread would run;
 * another thread looks whether cases end, and ends the process when one does not, after printing it.
 */
export interface HangWatch {
  /** @param text of the case that begins. */
  begin(text: string): void;
  end(): void;
  close(): Promise<unknown>;
}

/** A thousand times what a case takes on a slow and busy machine: it says that a loop has no end, not how fast it is. */
const HANGS_AFTER_MS = 120_000;
const TEXT_BYTES_MAX = 16 * 1024 * 1024;

export function watchForHangs(): HangWatch {
  // Number of cases that began or ended, and the bytes of the text: an odd number means that one is running.
  const state = new Int32Array(new SharedArrayBuffer(8));
  const text = Buffer.from(new SharedArrayBuffer(TEXT_BYTES_MAX));
  const worker = new Worker(new URL('hang-watch.worker.mjs', import.meta.url), {
    workerData: { state, text, hangsAfterMs: HANGS_AFTER_MS },
  });
  worker.unref();
  return {
    begin: caseText => {
      state[1] = text.write(caseText);
      Atomics.add(state, 0, 1);
    },
    end: () => void Atomics.add(state, 0, 1),
    close: () => worker.terminate(),
  };
}
