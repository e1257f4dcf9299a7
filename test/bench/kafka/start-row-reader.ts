import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FromReader, ToReader } from './row-reader.js';

export type Latencies = FromReader & { kind: 'latencies' };

export interface RowReader {
  /** Committed rows that it has seen so far. */
  rows(): number;
  /** Measures the rows of what is sent from that time on, in microseconds since 1970. */
  measureFrom(micros: number): void;
  latencies(): Promise<Latencies>;
  /** @throws Error when it has ended. */
  assertRunning(): void;
  stop(): void;
}

/** Starts the reader of committed rows and resolves when it reads. It ends with this process. */
export async function startRowReader(
  brokers: string,
  topics: string[],
  partitions: number,
  messages: 'rows' | 'blocks',
): Promise<RowReader> {
  const child = fork(fileURLToPath(new URL('./row-reader.js', import.meta.url)));
  const tell = (message: ToReader) => void child.send(message);
  let rows = 0;
  let ended = false;
  const waiting = new Map<FromReader['kind'], (message: FromReader) => void>();
  child.on('message', (message: FromReader) => {
    if (message.kind === 'seen') rows = message.rows;
    waiting.get(message.kind)?.(message);
  });
  const answer = (kind: FromReader['kind']) =>
    new Promise<FromReader>((resolve, reject) => {
      waiting.set(kind, resolve);
      child.once('exit', code => reject(new Error(`the reader of rows has ended (${code})`)));
    });
  child.once('exit', () => {
    ended = true;
  });

  tell({ kind: 'read', brokers, topics, partitions, messages });
  await answer('reading');
  return {
    rows: () => rows,
    measureFrom: fromMicros => tell({ kind: 'measure', fromMicros }),
    latencies: async () => {
      const told = answer('latencies');
      tell({ kind: 'report' });
      return (await told) as Latencies;
    },
    assertRunning: () => {
      if (ended) throw new Error('the reader of rows has ended by itself');
    },
    stop: () => void child.kill('SIGKILL'),
  };
}
