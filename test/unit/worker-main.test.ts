import { fork } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';

test('a defect in what nothing waits for ends a worker process as any other defect does', async () => {
  // As a timer or a listener of a worker would, once it has begun.
  const defect =
    'setInterval(() => { if (process.listenerCount("SIGTERM") > 0) throw new TypeError("in a timer") }, 10)';
  const worker = fork('dist/worker-main.js', [], {
    execArgv: ['--import', `data:text/javascript,${encodeURIComponent(defect)}`],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  onTestFinished(() => void worker.kill('SIGKILL'));
  const ended = new Promise(resolve => worker.on('exit', code => resolve(code)));

  const [code, said] = await Promise.all([ended, text(worker.stderr as NodeJS.ReadableStream)]);

  expect(code).toBe(70);
  expect(said).toContain('TypeError: in a timer');
  expect(said).toContain('This is a bug in otelrows');
});
