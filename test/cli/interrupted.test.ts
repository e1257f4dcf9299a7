import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startCommand } from '../support/start-command.js';

/** Takes connections and answers nothing. */
async function silentBroker() {
  const server = createServer(socket => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  return { brokers: [`127.0.0.1:${port}`], connected: once(server, 'connection') };
}

test.each([
  ['verify', [], 'SIGTERM', 143],
  ['verify', [], 'SIGHUP', 129],
  ['explain', ['--from-topic', 'otlp_spans'], 'SIGINT', 130],
  ['replay', ['--from', 'earliest'], 'SIGTERM', 130],
] as const)('%s %j ended by %s has exit code %d', async (command, args, signal, exitCode) => {
  const { brokers, connected } = await silentBroker();
  const running = startCommand(command, { kafka: { brokers } }, args);
  await connected;
  running.process.kill(signal);
  expect(await running.ended).toBe(exitCode);
});
