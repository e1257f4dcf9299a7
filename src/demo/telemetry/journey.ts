import type { LogRecord, Span } from '../../transform/decode/otlp.js';
import type { Service } from './services.js';

export interface ServiceSpan {
  service: Service;
  scope: string;
  span: Span;
}

export interface ServiceLog {
  service: Service;
  scope: string;
  record: LogRecord;
}

/** One visit to the shop and everything that the services did for it. */
export interface Journey {
  startTimeUnixNano: bigint;
  spans: ServiceSpan[];
  logs: ServiceLog[];
}
