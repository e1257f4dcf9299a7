import type { Span, SpanEvent, SpanLink } from '../../transform/decode/otlp.js';
import { attributes, type Plain } from './attributes.js';
import type { ServiceLog, ServiceSpan } from './journey.js';
import { ANNOUNCE_ORDER, type Operation, SPAN_KIND } from './operations.js';
import type { Random } from './random.js';
import { operationLog, slowLog } from './service-log.js';
import { stackTrace } from './stack-trace.js';

const STATUS_ERROR = 2;
const TRACE_FLAG_SAMPLED = 1;
/** A database call that takes longer is worth a warning. */
const SLOW_MS = 60;

/** A trace that is being made. */
export interface Trace {
  random: Random;
  traceId: Uint8Array;
  links: SpanLink[];
  spans: ServiceSpan[];
  logs: ServiceLog[];
  /** The span that announced an order, if one was placed. */
  order?: Span;
}

export function startTrace(random: Random, links: { traceId: Uint8Array; spanId: Uint8Array }[] = []): Trace {
  return {
    random,
    traceId: random.bytes(16),
    links: links.map(link => ({
      ...link,
      traceState: '',
      attributes: attributes({ 'messaging.system': 'kafka' }),
      droppedAttributesCount: 0,
      flags: TRACE_FLAG_SAMPLED,
    })),
    spans: [],
    logs: [],
  };
}

interface Outcome {
  endTimeUnixNano: bigint;
  failed: boolean;
  /** The caller fails too. */
  breaksCaller: boolean;
}

/** Adds the span of an operation and of all that it calls, and what the services logged about it. */
export function perform(
  trace: Trace,
  operation: Operation,
  startTimeUnixNano: bigint,
  parentSpanId: Uint8Array = new Uint8Array(0),
): Outcome {
  const { random } = trace;
  // One in a hundred is far slower than the rest: a cold cache, a lock, a pause of the runtime.
  const ownMs = random.duration(operation.ownMedianMs, 0.45) * (random.chance(0.01) ? 12 : 1);
  const span: Span = {
    traceId: trace.traceId,
    spanId: random.bytes(8),
    traceState: '',
    parentSpanId,
    flags: TRACE_FLAG_SAMPLED,
    name: operation.name,
    kind: SPAN_KIND[operation.kind],
    startTimeUnixNano,
    endTimeUnixNano: 0n,
    attributes: [],
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: parentSpanId.length === 0 ? trace.links : [],
    droppedLinksCount: 0,
  };
  trace.spans.push({ service: operation.service, scope: operation.scope, span });

  let clock = startTimeUnixNano + nanos(ownMs * 0.6);
  let calleeFailed = false;
  let broken = false;
  for (const call of operation.calls) {
    const outcome = perform(trace, call, clock, span.spanId);
    clock = outcome.endTimeUnixNano + nanos(random.duration(0.05, 0.5));
    calleeFailed ||= outcome.failed;
    broken ||= outcome.breaksCaller;
    if (broken) break;
  }
  span.endTimeUnixNano = clock + nanos(ownMs * 0.4);

  const failure =
    !broken && operation.failure && random.chance(operation.failure.probability)
      ? operation.failure
      : undefined;
  // A client's call has failed when its server has; a server can do without an answer that it does not need.
  const failed = failure !== undefined || broken || (operation.kind === 'client' && calleeFailed);
  const fromCall = operation.attributes(random);
  span.attributes = attributes({
    ...fromCall,
    ...(failed ? failureOf(fromCall) : {}),
    ...failure?.attributes,
  });
  if (failed) span.status = { code: STATUS_ERROR, message: failure?.exception.message ?? '' };
  if (failure) span.events.push(exceptionEvent(operation, failure.exception, span.endTimeUnixNano));

  const log = operationLog(random, operation, span, failed ? (failure?.exception ?? null) : undefined);
  if (log) trace.logs.push(log);
  if ('db.query.text' in fromCall && ownMs > SLOW_MS) trace.logs.push(slowLog(operation, span, ownMs));
  if (operation === ANNOUNCE_ORDER) trace.order = span;
  return {
    endTimeUnixNano: span.endTimeUnixNano,
    failed,
    breaksCaller: broken || (failure?.breaksCaller ?? false),
  };
}

/** What a protocol answers when something behind it failed. */
function failureOf(fromCall: Record<string, Plain>): Record<string, Plain> {
  if ('http.response.status_code' in fromCall)
    return { 'http.response.status_code': 500n, 'error.type': '500' };
  if ('rpc.grpc.status_code' in fromCall) return { 'rpc.grpc.status_code': 13n, 'error.type': 'INTERNAL' };
  return {};
}

function exceptionEvent(
  operation: Operation,
  exception: { type: string; message: string },
  timeUnixNano: bigint,
): SpanEvent {
  return {
    timeUnixNano,
    name: 'exception',
    attributes: attributes({
      'exception.type': exception.type,
      'exception.message': exception.message,
      'exception.stacktrace': stackTrace(operation, exception),
    }),
    droppedAttributesCount: 0,
  };
}

function nanos(ms: number): bigint {
  return BigInt(Math.round(ms * 1e6));
}
