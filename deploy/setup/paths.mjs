import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What is expensive to get and the same for every clone on this machine. `src/demo/broker/kafka-release.ts` reads it. */
export const CACHE =
  process.env.OTELROWS_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'otelrows');

export const KAFKA_VERSION = '4.1.0';
export const KAFKA_IMAGE = `apache/kafka:${KAFKA_VERSION}`;
export const KAFKA_JARS = join(CACHE, `kafka-${KAFKA_VERSION}`);
