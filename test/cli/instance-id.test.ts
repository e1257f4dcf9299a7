import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test } from 'vitest';

const MODULE = new URL('../../dist/stream/instance-id.js', import.meta.url).href;

/** A process that claims a worker name as `otelrows run` does, prints it, and stays. */
async function startClaimant(
  group: string,
): Promise<{ id: string; end(signal: NodeJS.Signals): Promise<void> }> {
  const program = `
    import { claimInstanceId } from ${JSON.stringify(MODULE)};
    console.log((await claimInstanceId(${JSON.stringify(group)})).id);
    setInterval(() => undefined, 60_000);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await ended;
  };
  onTestFinished(() => end('SIGKILL'));
  const [id] = await once(createInterface({ input: child.stdout }), 'line');
  return { id, end };
}

test('two worker processes of one group have different names', async () => {
  const group = randomUUID();
  expect((await startClaimant(group)).id).not.toBe((await startClaimant(group)).id);
});

// Elsewhere names are random, so that none is taken over.
describe.runIf(process.platform === 'linux')('on Linux', () => {
  test.each(['SIGKILL', 'SIGTERM'] as const)(
    'the name of a process ended by %s goes to the next',
    async signal => {
      const group = randomUUID();
      const first = await startClaimant(group);
      const second = await startClaimant(group);
      await first.end(signal);

      const next = await startClaimant(group);

      expect(next.id).toBe(first.id);
      expect(next.id).not.toBe(second.id);
    },
  );
});
