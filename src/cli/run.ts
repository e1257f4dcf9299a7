import { hostname } from 'node:os';
import type { LoadedConfig } from '../config/loaded-config.js';
import { maskedYaml } from '../config/masked-yaml.js';
import type { Config } from '../config/schema.js';
import { Fatal } from '../errors.js';
import { type HttpServer, listenHttp, type Workers } from '../http/server.js';
import type { About } from '../http/status.js';
import { consumerGroup } from '../kafka/consumer-group.js';
import type { KafkaClients } from '../kafka/ports.js';
import { stepNames } from '../load-transform.js';
import { createEvents } from '../observe/events.js';
import { createLogger, type Logger } from '../observe/log.js';
import { createRunEvents, type RunEvents } from '../observe/run-events.js';
import { createWorkerMetrics, processMetrics } from '../observe/worker-metrics.js';
import { stopOnSignals } from '../stream/lifecycle.js';
import { runWorker } from '../stream/worker.js';
import { superviseWorkers } from '../stream/workers/supervise-workers.js';
import { readVersion } from './version.js';

/** How a run works: with its worker in this process, or in processes of their own. */
interface Crew extends Workers {
  run(stop: AbortSignal): Promise<void>;
  kill(): void;
}

/** `otelrows run`: one worker or several, until SIGTERM or Ctrl-C. */
export async function run(loaded: LoadedConfig, kafka: KafkaClients): Promise<void> {
  const { config } = loaded;
  const log = await createLogger(config.log);
  const events = createRunEvents(log);
  const { stop, outOfPatience } = stopOnSignals(events);
  const crew =
    config.workers === 1
      ? inThisProcess(config, kafka, log)
      : superviseWorkers(config, events, processMetrics());
  // Before anything is connected: probes shall have an answer while brokers are waited for.
  const http = config.http.enabled ? await openHttp(loaded, crew, events) : null;
  try {
    await Promise.race([crew.run(stop), outOfPatience]);
  } catch (error) {
    crew.kill();
    throw error;
  } finally {
    http?.close();
  }
}

function inThisProcess(config: Config, kafka: KafkaClients, log: Logger): Crew {
  const metrics = config.http.enabled ? createWorkerMetrics() : null;
  const events = createEvents(log, metrics?.observeBatch, stepNames(config));
  metrics?.follow(events);
  return {
    run: stop => runWorker({ config, kafka, events, stop }),
    // The end of the process.
    kill: () => undefined,
    views: () => [
      {
        worker: 0,
        pid: process.pid,
        status: events.status(),
        silentMs: 0,
        restarts: 0,
        lastEnd: null,
        failingMs: 0,
      },
    ],
    metrics: async () => ({ others: [], workers: metrics ? [await metrics.values()] : [] }),
  };
}

/** @throws Fatal when the port that the user set cannot be had; the default port may be another worker's. */
async function openHttp(
  loaded: LoadedConfig,
  workers: Workers,
  events: RunEvents,
): Promise<HttpServer | null> {
  const { config, origins } = loaded;
  const { host, port } = config.http;
  const stalledAfterMs = config.health.stalled_after_ms;
  try {
    const server = await listenHttp(
      { host, port, stalledAfterMs, about: aboutOf(config), config: () => maskedYaml(loaded) },
      workers,
    );
    events.httpListening(host, server.port);
    return server;
  } catch (error) {
    const taken = error instanceof Fatal && (error.cause as NodeJS.ErrnoException).code === 'EADDRINUSE';
    if (!taken || origins.has('http.port')) throw error;
    events.httpLeftOut(error.message);
    return null;
  }
}

function aboutOf(config: Config): About {
  return {
    version: readVersion(),
    nodeVersion: process.version,
    host: hostname(),
    group: consumerGroup(config),
    delivery: config.dry_run ? 'dry_run' : config.delivery,
  };
}
