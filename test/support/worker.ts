import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { testBroker, uniqueName } from './broker.js';
import { committedOffsets, endOffsets } from './kafka-client.js';

/** A config tree with only the settings that a test cares about. */
export interface Settings {
  [key: string]: unknown;
}

export interface LogLine {
  level: string;
  event?: string;
  msg: string;
  [field: string]: unknown;
}

export interface WorkerProcess {
  process: ChildProcess;
  logs: LogLine[];
  /** What it wrote to standard error. */
  stderr(): string;
  /** Resolves with the first line of that event, also one from before the call; rejects when the worker ends first. */
  event(name: string, matches?: (line: LogLine) => boolean): Promise<LogLine>;
  /** The exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>;
  kill(): Promise<void>;
  stop(): Promise<number | NodeJS.Signals>;
}

/** The names that one test's worker uses, none of which another test has. */
export interface Pipeline {
  brokers: string;
  input: string;
  output: string;
  deadLetters: string;
  group: string;
  settings: Settings;
}

/** Names and settings for a worker that reads spans from one topic and creates what it writes to. */
export function spansPipeline(brokers = testBroker()): Pipeline {
  const [input, output, deadLetters] = [uniqueName('in'), uniqueName('out'), uniqueName('dead')];
  const group = uniqueName('group');
  return {
    brokers,
    input,
    output,
    deadLetters,
    group,
    settings: {
      kafka: { brokers: brokers.split(','), metadata: { refresh_interval_ms: 1000 } },
      inputs: [{ topic: input, signal: 'traces' }],
      consumer: { group_id: group, session_timeout_ms: 6000, heartbeat_interval_ms: 1000 },
      traces: { topic: { name: output, create: true, num_partitions: 3 } },
      logs: { enabled: false },
      metrics: { sum: { enabled: false } },
      dead_letter: { topic: { name: deadLetters, create: true } },
    },
  };
}

/**
 * Runs `otelrows COMMAND ARGS` as users do, with the settings in a file. A process still running at the test's end is
 * killed.
 */
export function startWorker(
  settings: Settings,
  command = 'run',
  args: readonly string[] = [],
): WorkerProcess {
  const file = join(mkdtempSync(join(tmpdir(), 'otelrows-test-')), 'otelrows.json');
  writeFileSync(
    file,
    JSON.stringify({ log: { format: 'json', level: 'debug' }, http: { enabled: false }, ...settings }),
  );
  const child = spawn(process.execPath, ['dist/main.js', command, ...args, '--config', file]);
  const logs: LogLine[] = [];
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const look of waiting) look();
  };
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  createInterface({ input: child.stdout }).on('line', line => {
    logs.push(line.startsWith('{') ? JSON.parse(line) : { level: 'text', msg: line });
    wake();
  });
  let over = false;
  const ended = new Promise<number | NodeJS.Signals>(resolve => {
    child.on('close', (code, signal) => {
      over = true;
      wake();
      resolve(code ?? signal ?? 0);
    });
  });
  const spoken = new Promise<void>(resolve => {
    const look = () => {
      if (logs.length === 0 && !over) return;
      waiting.delete(look);
      resolve();
    };
    waiting.add(look);
  });
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  onTestFinished(kill);

  return {
    process: child,
    logs,
    stderr: () => stderr,
    event: (name, matches = () => true) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = logs.find(line => line.event === name && matches(line));
          if (found) resolve(found);
          else if (over)
            reject(
              new Error(
                `the worker ended without the event ${name}: ${stderr}${JSON.stringify(logs.slice(-5))}`,
              ),
            );
          else return;
          waiting.delete(look);
        };
        waiting.add(look);
        look();
      }),
    ended,
    kill,
    stop: async () => {
      // Before its first line, Node may not have come to the code that listens to signals.
      await spoken;
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** Resolves when the group has committed every record that is in the topic now. */
export async function untilConsumed({
  brokers,
  group,
  input,
}: Pick<Pipeline, 'brokers' | 'group' | 'input'>): Promise<void> {
  const ends = await endOffsets(brokers, input);
  await untilTrue(async () => {
    const committed = await committedOffsets(brokers, group, input);
    return [...ends].every(([partition, end]) => end === 0 || (committed.get(partition) ?? 0) >= end);
  });
}

/** Looks again and again until the condition holds; the test's time-out is what ends a wait in vain. */
export async function untilTrue(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise(resolve => setTimeout(resolve, 50));
}
