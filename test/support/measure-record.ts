import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { HostileRecord } from './hostile-records.js';

export interface Measured {
  /** The longest time in which the event loop answered nothing. */
  stallMs: number;
  /** The most that was resident of the process, its code and the record among it. */
  peakBytes: number;
  rows: number;
  truncated: number;
  /** Reason and message of the dead letter, if there is one. */
  problem: string;
}

const SCRIPT = resolve('test/support/measure-record.mjs');

/**
 * Sends a record through a worker's transform and what comes after it, in a process of its own. Linux only.
 *
 * @param nodeOptions for that process, such as a bound on its heap.
 */
export function measureRecord(
  { signal, encoding, value }: HostileRecord,
  settings: object = {},
  nodeOptions: readonly string[] = [],
): Measured {
  const folder = mkdtempSync(join(tmpdir(), 'otelrows-record-'));
  try {
    const file = join(folder, 'record');
    writeFileSync(file, value);
    const args = [...nodeOptions, SCRIPT, JSON.stringify({ signal, encoding, settings }), file];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`the process ended with ${status}: ${stderr.slice(-1000)}`);
    return JSON.parse(stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
