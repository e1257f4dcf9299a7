import { PoisonRecord } from '../../errors.js';
import type { Limits } from './limits.js';
import { type RequestBySignal, SIGNALS, type Signal } from './otlp.js';
import { decodeProtobuf } from './protobuf.js';
import { REQUEST_SCHEMAS } from './schema.js';

/**
 * A topic that holds another signal than is configured for it is a mistake in a config, and the one who made it is best
 * told so. In JSON it must be told: the root of another signal is an unknown field, and the rows would vanish.
 *
 * @param rootNames the members of a JSON request that came out empty as `signal`.
 * @throws PoisonRecord when one of them is the root of another signal.
 */
export function refuseOtherSignal(signal: Signal, rootNames: Iterable<string>): void {
  const names = new Set(rootNames);
  for (const other of SIGNALS) {
    if (other === signal) continue;
    for (const name of REQUEST_SCHEMAS[other].fieldByJsonName.keys()) {
      if (names.has(name)) throw wrongSignal(signal, other);
    }
  }
}

/**
 * The same for protobuf bytes that are malformed as `signal`. In protobuf the three requests differ from their items on
 * only, so that broken bytes of one may pass as another; hence the items must look real, too.
 *
 * @throws PoisonRecord when the bytes are a request of another signal.
 */
export function refuseOtherSignalIfItDecodes(signal: Signal, bytes: Uint8Array, limits: Limits): void {
  for (const other of SIGNALS) {
    if (other !== signal && looksReal[other](bytes, limits)) throw wrongSignal(signal, other);
  }
}

/** By signal: do the bytes decode, and has an item what every real one has? */
const looksReal: Record<Signal, (bytes: Uint8Array, limits: Limits) => boolean> = {
  traces: (bytes, limits) =>
    decodeAs('traces', bytes, limits)
      ?.resourceSpans.flatMap(resource => resource.scopeSpans)
      .some(scope => scope.spans.some(span => span.traceId.length > 0 && span.startTimeUnixNano > 0n)) ??
    false,
  logs: (bytes, limits) =>
    decodeAs('logs', bytes, limits)
      ?.resourceLogs.flatMap(resource => resource.scopeLogs)
      .some(scope =>
        scope.logRecords.some(record => record.timeUnixNano > 0n || record.observedTimeUnixNano > 0n),
      ) ?? false,
  metrics: (bytes, limits) =>
    decodeAs('metrics', bytes, limits)
      ?.resourceMetrics.flatMap(resource => resource.scopeMetrics)
      .some(scope =>
        scope.metrics.some(({ name, gauge, sum, histogram, exponentialHistogram, summary }) => {
          const points = (gauge ?? sum ?? histogram ?? exponentialHistogram ?? summary)?.dataPoints ?? [];
          return name !== '' && points.some(point => point.timeUnixNano > 0n);
        }),
      ) ?? false,
};

function decodeAs<S extends Signal>(
  signal: S,
  bytes: Uint8Array,
  limits: Limits,
): RequestBySignal[S] | undefined {
  try {
    return decodeProtobuf(REQUEST_SCHEMAS[signal], bytes, limits) as unknown as RequestBySignal[S];
  } catch {
    return undefined;
  }
}

function wrongSignal(configured: Signal, actual: Signal): PoisonRecord {
  return new PoisonRecord('wrong_signal', `holds ${actual}, but the input is configured as ${configured}`);
}
