import type {
  LogRecord,
  LogsRequest,
  MetricsRequest,
  Span,
  TracesRequest,
} from '../../transform/decode/otlp.js';
import type { CountedRequest } from './counted-request.js';
import type { Journey } from './journey.js';
import { type JourneyOptions, journeys } from './journeys.js';
import { metricRequests } from './metrics.js';
import { RESOURCE_SCHEMA_URL, RESOURCES, type Service } from './services.js';

export interface TelemetryOptions extends JourneyOptions {
  /** Spans or log records in one request, as a collector's batch processor would group them. */
  requestItemsMax: number;
  metricIntervalSeconds: number;
}

export interface Telemetry {
  traces(): Generator<CountedRequest<TracesRequest>>;
  logs(): Generator<CountedRequest<LogsRequest>>;
  metrics(): Generator<CountedRequest<MetricsRequest>>;
}

/**
 * What a shop of eight services sends while people visit it. The three signals tell of the same visits: logs carry the
 * ids of the spans they were written in, histograms count the server spans. The same options give the same requests.
 */
export function telemetry(options: TelemetryOptions): Telemetry {
  return {
    traces: () => traceRequests(options),
    logs: () => logRequests(options),
    metrics: () => metricRequests(journeys(options), options),
  };
}

function* traceRequests(options: TelemetryOptions): Generator<CountedRequest<TracesRequest>> {
  const spans = itemsOf(options, ({ spans }) =>
    spans.map(({ service, scope, span }) => ({ service, scope, item: span })),
  );
  for (const batch of batched(spans, options.requestItemsMax)) {
    const resourceSpans = byService(batch).map(([service, scopes]) => ({
      resource: RESOURCES[service],
      scopeSpans: scopes.map(([scope, spans]: [string, Span[]]) => ({
        scope: scopeOf(scope),
        spans,
        schemaUrl: '',
      })),
      schemaUrl: RESOURCE_SCHEMA_URL,
    }));
    yield { request: { resourceSpans }, itemCount: batch.length };
  }
}

function* logRequests(options: TelemetryOptions): Generator<CountedRequest<LogsRequest>> {
  const records = itemsOf(options, ({ logs }) =>
    logs.map(({ service, scope, record }) => ({ service, scope, item: record })),
  );
  for (const batch of batched(records, options.requestItemsMax)) {
    const resourceLogs = byService(batch).map(([service, scopes]) => ({
      resource: RESOURCES[service],
      scopeLogs: scopes.map(([scope, logRecords]: [string, LogRecord[]]) => ({
        scope: scopeOf(scope),
        logRecords,
        schemaUrl: '',
      })),
      schemaUrl: RESOURCE_SCHEMA_URL,
    }));
    yield { request: { resourceLogs }, itemCount: batch.length };
  }
}

interface Sent<T> {
  service: Service;
  scope: string;
  item: T;
}

function* itemsOf<T>(options: TelemetryOptions, pick: (journey: Journey) => Sent<T>[]): Generator<Sent<T>> {
  for (const journey of journeys(options)) yield* pick(journey);
}

function* batched<T>(items: Iterable<T>, countMax: number): Generator<T[]> {
  let batch: T[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length === countMax) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

/** Items under their service and scope, each in order of first appearance. */
function byService<T>(items: readonly Sent<T>[]): [Service, [string, T[]][]][] {
  const services = new Map<Service, Map<string, T[]>>();
  for (const { service, scope, item } of items) {
    const scopes = services.get(service) ?? new Map<string, T[]>();
    services.set(service, scopes);
    const list = scopes.get(scope) ?? [];
    scopes.set(scope, list);
    list.push(item);
  }
  return [...services].map(([service, scopes]) => [service, [...scopes]]);
}

function scopeOf(name: string) {
  return {
    name,
    version: name.startsWith('shop.') ? '' : '2.1.0',
    attributes: [],
    droppedAttributesCount: 0,
  };
}
