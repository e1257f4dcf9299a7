import { PoisonRecord } from '../../errors.js';
import type { Limits } from './limits.js';
import { type RequestBySignal, SIGNALS, type Signal } from './otlp.js';
import { decodeProtobuf } from './protobuf.js';
import { tellSignal } from './tell-signal.js';

/**
 * A topic that holds another signal than is configured for it is a mistake in a config, and the one who made it is best
 * told so, also where the bytes are malformed as `signal`. In protobuf the three requests differ from their items on
 * only, so that broken bytes of one may pass as another; hence the items must look real, too.
 *
 * @throws PoisonRecord when the bytes are a request of another signal.
 */
export function refuseOtherSignalIfItDecodes(signal: Signal, bytes: Uint8Array, limits: Limits): void {
  for (const other of SIGNALS) {
    if (other !== signal && looksReal[other](bytes, limits)) throw wrongSignal(signal, other);
  }
  if (tellSignal(bytes, 'otlp_proto') === 'profiles') throw unsupportedProfiles('profiles');
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
    return decodeProtobuf(signal, bytes, limits).request as unknown as RequestBySignal[S];
  } catch {
    return undefined;
  }
}

/**
 * @param expected by the config of the input, or by a header of the record.
 * @param actual signal or signals.
 */
export function wrongSignal(expected: Signal, actual: string): PoisonRecord {
  return new PoisonRecord('wrong_signal', `holds ${actual}, but is read as ${expected}`);
}

/** @param actual profiles, and what else there is. */
export function unsupportedProfiles(actual: string): PoisonRecord {
  return new PoisonRecord(
    'unsupported_signal',
    `holds ${actual}; otelrows makes rows of traces, logs and metrics`,
  );
}
