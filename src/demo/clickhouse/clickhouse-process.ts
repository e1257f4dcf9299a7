// The embedded ClickHouse in a process of its own: its queries would block the event loop that listens for Ctrl-C, and
// its Kafka client is a second librdkafka beside ours.
import { rmSync } from 'node:fs';
import type { ClickhouseAnswer, ClickhouseQuestion } from './messages.js';

const [dataDir = '', scratchDir = ''] = process.argv.slice(2);
const { Session } = await import('chdb');
const session = new Session(dataDir);

process.on('message', ({ id, sql, format }: ClickhouseQuestion) => {
  answer(id, () => session.query(sql, format));
});
// The demo is gone, however it went, and what it would have removed with it.
process.on('disconnect', () => {
  rmSync(scratchDir, { recursive: true, force: true });
  process.exit(1);
});
process.send?.({ id: 0, text: '', cpuSeconds: 0 } satisfies ClickhouseAnswer);

function answer(id: number, ask: () => string): void {
  let reply: ClickhouseAnswer;
  const before = process.cpuUsage();
  try {
    const text = ask();
    const { user, system } = process.cpuUsage(before);
    reply = { id, text, cpuSeconds: (user + system) / 1e6 };
  } catch (error) {
    reply = { id, error: (error as Error).message };
  }
  process.send?.(reply);
}
