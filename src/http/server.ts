import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { Fatal } from '../errors.js';
import type { MetricValues } from '../observe/worker-metrics.js';
import { judgeHealth, type WorkerHealth, type WorkerView } from './health.js';
import { renderMetrics } from './render-metrics.js';

/** The workers of a run, wherever they run: what is told over HTTP comes from here. */
export interface Workers {
  views(): WorkerView[];
  /** The metrics of each, and what is left of those that ended. */
  metrics(): Promise<MetricValues[]>;
}

export interface HttpSettings {
  /** `null` = every address. */
  host: string | null;
  port: number;
  stalledAfterMs: number;
  version: string;
}

export interface HttpServer {
  port: number;
  close(): void;
}

/**
 * Answers probes and Prometheus.
 * @throws Fatal when the port cannot be listened on; `cause` is the system's error.
 */
export async function listenHttp(settings: HttpSettings, workers: Workers): Promise<HttpServer> {
  const judge = () => workers.views().map(view => judgeHealth(view, settings.stalledAfterMs));
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0];
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      answer(response, 405, 'text/plain', 'Only GET and HEAD.\n');
    } else if (path === '/healthz') {
      const judged = judge();
      answerHealth(response, judged.every(({ healthy }) => healthy) ? 'healthy' : 'unhealthy', judged);
    } else if (path === '/readyz') {
      const judged = judge();
      answerHealth(response, judged.every(({ ready }) => ready) ? 'ready' : 'not ready', judged);
    } else if (path === '/metrics') {
      workers
        .metrics()
        .then(values => renderMetrics(judge(), values, settings.version))
        .then(
          text => answer(response, 200, Registry.PROMETHEUS_CONTENT_TYPE, text),
          (error: unknown) => answer(response, 500, 'text/plain', `${String(error)}\n`),
        );
    } else {
      answer(response, 404, 'text/plain', 'There are /healthz, /readyz and /metrics.\n');
    }
  });
  await listening(server, settings);
  // Nobody waits for a probe when everything else is done.
  server.unref();
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function answerHealth(
  response: ServerResponse,
  status: 'healthy' | 'unhealthy' | 'ready' | 'not ready',
  workers: readonly WorkerHealth[],
): void {
  const good = status === 'healthy' || status === 'ready';
  answer(response, good ? 200 : 503, 'application/json', `${JSON.stringify({ status, workers }, null, 2)}\n`);
}

function answer(response: ServerResponse, code: number, contentType: string, body: string): void {
  response.writeHead(code, { 'content-type': contentType, 'cache-control': 'no-store' });
  response.end(body);
}

const CANNOT_LISTEN: Record<string, string> = {
  EADDRINUSE: 'another program listens there',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'this user may not listen there (ports below 1024 are for those with that right)',
  ENOTFOUND: 'no address is known for that name',
};

function listening(server: Server, { host, port }: HttpSettings): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const where = `${host ?? 'every address'} port ${port}`;
      const reason = CANNOT_LISTEN[error.code ?? ''] ?? error.message;
      reject(
        new Fatal(
          `Cannot listen on ${where}: ${reason}. Set http.port (and http.host) to what is free, or http.enabled to false.`,
          { cause: error },
        ),
      );
    });
    server.listen({ port, ...(host === null ? {} : { host }) }, () => resolve());
  });
}
