import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test, vi } from 'vitest';

const MODULE = pathToFileURL('dist/demo/broker/guarded-process.js').href;

/** Starts a process that starts a guarded one, which writes its pid and then does nothing for a minute. */
async function startParent(scratchDir: string) {
  const script = `
    const { spawnGuarded } = await import('${MODULE}');
    spawnGuarded(['sh', '-c', 'echo $$ > ${scratchDir}/pid; exec sleep 60'], {
      logFile: '${scratchDir}/log', scratchDir: '${scratchDir}',
    });
  `;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
  const pid = await vi.waitFor(() => {
    const written = Number(readFileSync(join(scratchDir, 'pid'), 'utf8'));
    expect(written).toBeGreaterThan(0);
    return written;
  }, WAIT);
  return { parent, pid };
}

const WAIT = { timeout: 20_000, interval: 20 };

function runs(pid: number): boolean {
  // A zombie that nobody waits for has ended too: it has no program any more.
  if (existsSync('/proc/self/exe')) return existsSync(`/proc/${pid}/exe`);
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('a guarded process and its folder go when its parent is killed', async () => {
  const scratchDir = mkdtempSync(join(tmpdir(), 'otelrows-test-'));
  const { parent, pid } = await startParent(scratchDir);
  expect(runs(pid)).toBe(true);

  parent.kill('SIGKILL');
  await once(parent, 'exit');

  await vi.waitFor(() => expect(runs(pid)).toBe(false), WAIT);
  await vi.waitFor(() => expect(existsSync(scratchDir)).toBe(false), WAIT);
});
