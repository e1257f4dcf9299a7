import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { containerEnvironment } from './container-environment.js';
import { freePorts } from './free-port.js';
import { spawnGuarded } from './guarded-process.js';
import { KAFKA_IMAGE } from './kafka-release.js';
import { startAndAwaitServing } from './until-serving.js';

const STOP_GRACE_MS = 15_000;

/** Whether a Docker engine answers and has the image. */
export async function containerKafkaIsReady(): Promise<boolean> {
  return promisify(execFile)('docker', ['image', 'inspect', KAFKA_IMAGE], { timeout: 10_000 }).then(
    () => true,
    () => false,
  );
}

/**
 * Starts Kafka as a container that is removed at the end.
 * @throws Error that ends with the container's log when it does not come to serve.
 */
export async function startContainerKafka(
  signal?: AbortSignal,
): Promise<{ brokers: string; stop(): Promise<void> }> {
  const [port = 0] = await freePorts(1);
  const name = `otelrows-demo-${randomBytes(4).toString('hex')}`;
  const scratchDir = await mkdtemp(join(tmpdir(), 'otelrows-kafka-'));
  const logFile = join(scratchDir, 'broker.log');
  const environment = Object.entries(containerEnvironment(port)).flatMap(([key, value]) => [
    '-e',
    `${key}=${value}`,
  ]);
  const command = [
    'docker',
    'run',
    '--rm',
    '--name',
    name,
    '-p',
    `127.0.0.1:${port}:${port}`,
    ...environment,
    KAFKA_IMAGE,
  ];
  // Killing the client of the engine would leave the container.
  const removeAll = async () => {
    await promisify(execFile)('docker', ['rm', '--force', name]).catch(() => undefined);
    await rm(scratchDir, { recursive: true, force: true });
  };
  try {
    const client = await startAndAwaitServing(
      () => spawnGuarded(command, { logFile, scratchDir }),
      logFile,
      signal,
    );
    return {
      brokers: `127.0.0.1:${port}`,
      stop: async () => {
        await removeAll();
        await client.end('SIGTERM', STOP_GRACE_MS);
      },
    };
  } catch (error) {
    await removeAll();
    throw error;
  }
}
