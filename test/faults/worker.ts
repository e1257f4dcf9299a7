import { spawn } from 'node:child_process';
import { createWriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';

/** Where a worker can be stopped, as `worker-control.mjs` knows them. */
export const STOP_POINTS = ['after-poll', 'mid-send', 'after-send-offsets', 'during-commit'] as const;
export type StopPoint = (typeof STOP_POINTS)[number];

export interface StopOrder {
  point: StopPoint;
  /** The how-manieth passing of the point stops the worker. */
  call: number;
  /** How long the client's own threads go on before everything stops. */
  spinMs: number;
}

export interface WorkerLine {
  event?: string;
  level?: string;
  msg?: string;
  owned?: number;
  instance?: string;
  rows?: number;
  [field: string]: unknown;
}

/** A running `otelrows run`. */
export interface Worker {
  readonly name: string;
  readonly startedAt: number;
  /** When its first transaction was committed; null before. */
  readonly firstCommitAt: number | null;
  /** How many partitions it owns, as it last said. */
  readonly owned: number;
  /** Its instance id, as it said at its start. */
  readonly instance: string | null;
  readonly over: boolean;
  /** Resolves with its first line, or its end: before that, Node may not have come to the code that listens to signals. */
  readonly spoken: Promise<void>;
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** How often it has logged an event of that name. */
  count(event: string): number;
  signal(signal: NodeJS.Signals): void;
  /** Stops it at the point; resolves with true when it has stopped, with false when it ended before. */
  stopAt(order: StopOrder): Promise<boolean>;
  /** Takes an order back that has not come true. */
  disarm(): void;
}

export interface WorkerOptions {
  name: string;
  settings: unknown;
  /** Its config and log are written there. */
  dir: string;
  /** Hears of every line that is not a matter of course. */
  onLine?(line: WorkerLine): void;
}

const CONTROL = 'test/faults/worker-control.mjs';

/** Runs the built command as users do. Its log is appended to `NAME.log`, so restarts of one name share it. */
export function startWorker({ name, settings, dir, onLine }: WorkerOptions): Worker {
  const config = join(dir, `${name}.json`);
  writeFileSync(config, JSON.stringify(settings));
  const log = createWriteStream(join(dir, `${name}.log`), { flags: 'a' });
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([variable]) => !variable.startsWith('OTELROWS_')),
  );
  const child = spawn(
    process.execPath,
    ['--import', `./${CONTROL}`, 'dist/main.js', 'run', '--config', config],
    {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      env,
    },
  );
  const control = child.stdio[3] as Duplex;
  control.on('error', () => undefined);

  const startedAt = performance.now();
  let firstCommitAt: number | null = null;
  let owned = 0;
  let instance: string | null = null;
  let over = false;
  const counts = new Map<string, number>();
  let speak: () => void = () => undefined;
  const spoken = new Promise<void>(resolve => {
    speak = resolve;
  });
  const hear = (line: WorkerLine) => {
    if (line.event === undefined) return;
    counts.set(line.event, (counts.get(line.event) ?? 0) + 1);
    if (line.event === 'committed') firstCommitAt ??= performance.now();
    if (line.event === 'started') instance = line.instance ?? null;
    if (line.owned !== undefined) owned = line.owned;
    onLine?.(line);
  };
  for (const output of [child.stdout, child.stderr]) {
    if (output)
      createInterface({ input: output }).on('line', text => {
        log.write(`${text}\n`);
        speak();
        if (text.startsWith('{')) hear(JSON.parse(text));
      });
  }
  let stopped: ((hasStopped: boolean) => void) | null = null;
  const settle = (hasStopped: boolean) => {
    stopped?.(hasStopped);
    stopped = null;
  };
  createInterface({ input: control }).on('line', () => settle(true));
  const ended = new Promise<number | NodeJS.Signals>(resolve => {
    child.on('close', (code, signal) => {
      over = true;
      owned = 0;
      settle(false);
      speak();
      log.end();
      resolve(code ?? signal ?? 0);
    });
  });
  return {
    name,
    startedAt,
    get firstCommitAt() {
      return firstCommitAt;
    },
    get owned() {
      return owned;
    },
    get instance() {
      return instance;
    },
    get over() {
      return over;
    },
    ended,
    spoken,
    count: event => counts.get(event) ?? 0,
    signal: signal => void child.kill(signal),
    stopAt: order =>
      new Promise(resolve => {
        if (over) return resolve(false);
        stopped = resolve;
        control.write(`${JSON.stringify(order)}\n`);
      }),
    disarm: () => {
      settle(false);
      control.write('null\n');
    },
  };
}
