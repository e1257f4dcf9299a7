import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { groupUsage, parseMemory, parseStat } from './process-usage.js';

test('adds user and system time, of children too', () => {
  const text =
    '4242 (node (odd) name) S 1 777 777 0 -1 4194304 1 2 3 4 100 20 5 1 20 0 11 0 99 1000 50 18446744073709551615';
  expect(parseStat(text)).toEqual({ name: 'node (odd) name', groupId: 777, cpuSeconds: 1.26 });
});

test('reads resident memory and its peak', () => {
  const text = 'Name:\tnode\nVmPeak:\t  999 kB\nVmHWM:\t   300 kB\nVmRSS:\t   200 kB\n';
  expect(parseMemory(text)).toEqual({ residentBytes: 200 * 1024, residentPeakBytes: 300 * 1024 });
});

test.runIf(process.platform === 'linux')('sees every process of a group and no other', async () => {
  const script =
    'const until = Date.now() + 200; while (Date.now() < until); console.log("done"); setInterval(() => {}, 1e6)';
  const child = spawn(process.execPath, ['-e', script], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    await once(child.stdout, 'data');
    const usage = groupUsage(child.pid ?? 0);
    expect(usage.cpuSeconds).toBeGreaterThan(0);
    expect(usage.residentPeakBytes).toBeGreaterThanOrEqual(usage.residentBytes);
    expect(usage.residentBytes).toBeGreaterThan(1024 * 1024);
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  expect(groupUsage(child.pid ?? 0)).toEqual({ cpuSeconds: 0, residentBytes: 0, residentPeakBytes: 0 });
});
