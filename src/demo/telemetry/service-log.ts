import type { AnyValue, LogRecord, Span } from '../../transform/decode/otlp.js';
import { anyValue, attributes, type Plain } from './attributes.js';
import type { ServiceLog } from './journey.js';
import type { Operation } from './operations.js';
import type { Random } from './random.js';
import type { Service } from './services.js';
import { stackTrace } from './stack-trace.js';

const SEVERITY_NUMBER = { DEBUG: 5, INFO: 9, WARN: 13, ERROR: 17 } as const;

interface Content {
  timeUnixNano: bigint;
  severity: keyof typeof SEVERITY_NUMBER;
  body: AnyValue;
  attributes?: Record<string, Plain>;
  /** The span during which it was written. */
  span?: Span;
}

/**
 * What a service says when it has done an operation, if it says anything.
 *
 * @param failure undefined when it went well; null when the cause is another service's and told there.
 */
export function operationLog(
  random: Random,
  operation: Operation,
  span: Span,
  failure: { type: string; message: string } | null | undefined,
): ServiceLog | undefined {
  if (!operation.logs) return undefined;
  const common = { 'code.function.name': operation.name, 'thread.name': `worker-${random.integer(1, 16)}` };
  const timeUnixNano = span.endTimeUnixNano;
  if (failure === undefined) {
    const text = operation.logs.done(random);
    const durationMs = Number(span.endTimeUnixNano - span.startTimeUnixNano) / 1e6;
    // Some loggers write an object, not a line.
    const body =
      operation.service === 'payment'
        ? anyValue({ message: text, durationMs, retried: false })
        : anyValue(text);
    return serviceLog(operation.service, { timeUnixNano, severity: 'INFO', body, attributes: common, span });
  }
  const cause = failure && {
    'exception.type': failure.type,
    'exception.message': failure.message,
    'exception.stacktrace': stackTrace(operation, failure),
  };
  return serviceLog(operation.service, {
    timeUnixNano,
    severity: cause ? 'ERROR' : 'WARN',
    body: anyValue(operation.logs.failed),
    attributes: { ...common, ...cause },
    span,
  });
}

/** A database call took long. */
export function slowLog(operation: Operation, span: Span, tookMs: number): ServiceLog {
  return serviceLog(operation.service, {
    timeUnixNano: span.endTimeUnixNano,
    severity: 'WARN',
    body: anyValue(`slow query: ${operation.name} took ${Math.round(tookMs)} ms`),
    attributes: { 'db.operation.duration_ms': tookMs },
    span,
  });
}

/** Something that happens to a service without any request. */
export function unrelatedLog(random: Random, service: Service, timeUnixNano: bigint): ServiceLog {
  const freedMiB = random.integer(20, 400);
  return serviceLog(service, {
    timeUnixNano,
    severity: 'DEBUG',
    body: anyValue(`collected garbage, ${freedMiB} MiB freed`),
    attributes: { 'app.heap.freed': BigInt(freedMiB) * 1_048_576n },
  });
}

function serviceLog(service: Service, { timeUnixNano, severity, body, span, ...rest }: Content): ServiceLog {
  const record: LogRecord = {
    timeUnixNano,
    observedTimeUnixNano: timeUnixNano + 4_000_000n,
    severityNumber: SEVERITY_NUMBER[severity],
    severityText: severity,
    body,
    attributes: attributes(rest.attributes ?? {}),
    droppedAttributesCount: 0,
    flags: span ? 1 : 0,
    traceId: span?.traceId ?? new Uint8Array(0),
    spanId: span?.spanId ?? new Uint8Array(0),
    eventName: '',
  };
  return { service, scope: `shop.${service}`, record };
}
