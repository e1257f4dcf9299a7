import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { Config } from '../config/schema.js';
import { Fatal } from '../errors.js';
import { connectionOptions } from '../kafka/client-options.js';
import { SILENT } from '../kafka/connection.js';
import type { KafkaClients, OutputProducer } from '../kafka/ports.js';
import type { RequestBySignal, Signal } from '../transform/decode/otlp.js';
import { SIGNALS } from '../transform/decode/otlp.js';
import { inputTopics } from './demo-config.js';
import type { CountedRequest } from './telemetry/counted-request.js';
import { encodeJson, encodeProtobuf } from './telemetry/encode-otlp.js';
import type { Telemetry } from './telemetry/telemetry.js';

export type Counts = Record<Signal, number>;

/**
 * Writes telemetry to the input topics as a collector's Kafka exporter does, one record per request, by turns as
 * protobuf and as JSON, and resolves when the brokers have acknowledged all of it.
 *
 * @returns how many spans, log records and data points were written.
 * @throws Fatal when the brokers refuse a record.
 */
export async function feed(
  config: Config,
  kafka: KafkaClients,
  telemetry: Telemetry,
  signal: AbortSignal,
): Promise<Counts> {
  const producer = await kafka.connectProducer(
    { ...connectionOptions(config.kafka), 'enable.idempotence': true, 'linger.ms': 20 },
    { client: 'demo', events: SILENT, deliveryReports: true, signal, waitMaxMs: 30_000 },
  );
  try {
    const topics = inputTopics(config);
    const counts: Counts = { traces: 0, logs: 0, metrics: 0 };
    // By turns, so that all three grow side by side.
    const sources = SIGNALS.map(kind => encoded(kind, telemetry[kind](), topics[kind]));
    for (const { kind, topic, value, itemCount } of byTurns(sources)) {
      while (!producer.send(topic, null, value)) await producer.drain();
      counts[kind] += itemCount;
      await yieldToOthers();
      signal.throwIfAborted();
    }
    await untilAcknowledged(producer, signal);
    return counts;
  } finally {
    await producer.disconnect();
  }
}

async function untilAcknowledged(producer: OutputProducer, signal: AbortSignal): Promise<void> {
  while (!(await producer.drain())) signal.throwIfAborted();
  const { failedCount: refused } = producer.takeFailures();
  if (refused > 0) throw new Fatal(`The brokers refused ${refused} of the demo's records.`);
}

interface InputMessage {
  kind: Signal;
  topic: string;
  value: Buffer;
  itemCount: number;
}

function* encoded<S extends Signal>(
  kind: S,
  requests: Iterable<CountedRequest<RequestBySignal[S]>>,
  topic: string,
): Generator<InputMessage> {
  let asJson = false;
  for (const { request, itemCount } of requests) {
    yield {
      kind,
      topic,
      value: asJson ? encodeJson(kind, request) : encodeProtobuf(kind, request),
      itemCount,
    };
    asJson = !asJson;
  }
}

function* byTurns<T>(sources: readonly Iterator<T>[]): Generator<T> {
  let open = [...sources];
  while (open.length > 0) {
    const turn = open.map(source => ({ source, next: source.next() }));
    for (const { next } of turn) if (!next.done) yield next.value;
    open = turn.filter(({ next }) => !next.done).map(({ source }) => source);
  }
}
