import { fork } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';

test('a defect outside of its work ends a worker process with the exit code of a defect, and shows where it is', async () => {
  const worker = fork('dist/worker-main.js', [], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let stderr = '';
  worker.stderr?.setEncoding('utf8').on('data', text => {
    stderr += text;
  });
  const closed = once(worker, 'close');
  // No supervisor sends that.
  worker.send(null as never);
  expect(await closed).toEqual([70, null]);
  expect(stderr).toMatch(/^TypeError: .*\n {4}at /);
  expect(stderr).toContain('This is a bug in otelrows');
});
