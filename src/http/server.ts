import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { Fatal } from '../errors.js';
import { judgeHealth, type WorkerHealth, type WorkerView } from './health.js';
import { renderPage } from './page/render.js';
import { readPageFiles } from './page-files.js';
import { renderMetrics } from './render-metrics.js';
import { type About, type RunMetrics, statusOf } from './status.js';

/** The workers of a run, wherever they run: what is told over HTTP comes from here. */
export interface Workers {
  views(): WorkerView[];
  metrics(): Promise<RunMetrics>;
}

export interface HttpSettings {
  /** `null` = every address. */
  host: string | null;
  port: number;
  stalledAfterMs: number;
  about: About;
  /** The config as YAML, without secrets. */
  config(): string;
}

export interface HttpServer {
  port: number;
  close(): void;
}

/**
 * Answers probes, Prometheus, and browsers. What it tells is made when somebody asks.
 * @throws Fatal when the port cannot be listened on; `cause` is the system's error.
 */
export async function listenHttp(settings: HttpSettings, workers: Workers): Promise<HttpServer> {
  const judge = () => workers.views().map(view => judgeHealth(view, settings.stalledAfterMs));
  const status = async () => {
    // Asked for first: what workers report with their metrics, the views show.
    const metrics = await workers.metrics();
    return statusOf(settings.about, workers.views(), judge(), metrics);
  };
  const pageFiles = readPageFiles();
  const answers = new Map<string, () => Answer | Promise<Answer>>([
    [
      '/',
      async () => ({ code: 200, contentType: 'text/html; charset=utf-8', body: renderPage(await status()) }),
    ],
    ['/status', async () => json(200, await status())],
    // As text, since browsers would save YAML to a file instead of showing it.
    ['/config', () => ({ code: 200, contentType: 'text/plain; charset=utf-8', body: settings.config() })],
    [
      '/healthz',
      () => {
        const judged = judge();
        return health(judged.every(({ healthy }) => healthy) ? 'healthy' : 'unhealthy', judged);
      },
    ],
    [
      '/readyz',
      () => {
        const judged = judge();
        return health(judged.every(({ ready }) => ready) ? 'ready' : 'not ready', judged);
      },
    ],
    [
      '/metrics',
      async () => {
        const metrics = await workers.metrics();
        const body = await renderMetrics(judge(), metrics, settings.about.version);
        return { code: 200, contentType: Registry.PROMETHEUS_CONTENT_TYPE, body };
      },
    ],
    ...[...pageFiles].map(([path, file]) => [path, () => ({ code: 200, ...file })] as const),
  ]);

  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0] ?? '';
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      send(response, { code: 405, contentType: 'text/plain', body: 'Only GET and HEAD.\n' });
      return;
    }
    Promise.resolve()
      .then(answers.get(path) ?? notFound)
      .then(
        answer => send(response, answer),
        (error: unknown) =>
          send(response, { code: 500, contentType: 'text/plain', body: `${String(error)}\n` }),
      );
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

interface Answer {
  code: number;
  contentType: string;
  body: string | Buffer;
}

function notFound(): Answer {
  const body = 'There are / for people, /status, /config, /healthz, /readyz and /metrics.\n';
  return { code: 404, contentType: 'text/plain', body };
}

function health(
  status: 'healthy' | 'unhealthy' | 'ready' | 'not ready',
  workers: readonly WorkerHealth[],
): Answer {
  return json(status === 'healthy' || status === 'ready' ? 200 : 503, { status, workers });
}

function json(code: number, value: unknown): Answer {
  return { code, contentType: 'application/json', body: `${JSON.stringify(value, null, 2)}\n` };
}

/**
 * The page loads nothing but its own files and asks nobody else, runs nothing that stands in it, and stands in no other page:
 * should a name that users chose ever get into it unescaped, it would still be text.
 */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

function send(response: ServerResponse, { code, contentType, body }: Answer): void {
  response.writeHead(code, { 'content-type': contentType, ...HEADERS });
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
