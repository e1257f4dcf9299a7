import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';

const { state, text, hangsAfterMs } = workerData;
const STANDARD_ERROR = 2;

for (let seen = Atomics.load(state, 0); ; seen = Atomics.load(state, 0)) {
  const unchanged = Atomics.wait(state, 0, seen, hangsAfterMs) === 'timed-out';
  if (unchanged && Atomics.load(state, 0) === seen && seen % 2 === 1) {
    const running = Buffer.from(text).toString('utf8', 0, state[1]);
    writeSync(STANDARD_ERROR, `\nNo end after ${hangsAfterMs} ms: ${running}\n`);
    // Nothing less ends a process whose main thread is in a loop.
    process.kill(process.pid, 'SIGKILL');
  }
}
