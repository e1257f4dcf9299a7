/**
 * A process of its own that reads committed rows as they come: the process that sends would be late to see them.
 * Started by `start-row-reader.ts`; both speak in the messages below.
 */
import { randomUUID } from 'node:crypto';
import confluent from '@confluentinc/kafka-javascript';
import { epochMicros } from './clock.js';
import { createLatencyHistogram } from './latency-histogram.js';
import { readSentMicros, sentMicrosOf } from './sent-time.js';
import { spanIdsOfBlock } from './span-ids-of-block.js';

export type ToReader =
  | { kind: 'read'; brokers: string; topics: string[]; partitions: number; messages: 'rows' | 'blocks' }
  /** Only rows of spans that were sent from then on are measured. */
  | { kind: 'measure'; fromMicros: number }
  | { kind: 'report' };

export type FromReader =
  | { kind: 'reading' }
  | { kind: 'seen'; rows: number }
  | { kind: 'latencies'; count: number; p50Ms: number; p99Ms: number; p999Ms: number; maxMs: number };

const MESSAGES_MAX = 1000;
/** How long a call waits for more once it has some: what it adds to a latency. */
const CONSUME_TIMEOUT_MS = 2;
const TELL_INTERVAL_MS = 100;

const latencies = createLatencyHistogram();
let rows = 0;
let measureFromMicros = Number.POSITIVE_INFINITY;

process.on('message', (message: ToReader) => {
  if (message.kind === 'read') read(message);
  else if (message.kind === 'measure') measureFromMicros = message.fromMicros;
  else report();
});
process.on('disconnect', () => process.exit());

function read({ brokers, topics, partitions, messages: hold }: ToReader & { kind: 'read' }): void {
  const consumer = new confluent.RdKafka.KafkaConsumer(
    {
      'bootstrap.servers': brokers,
      'group.id': `bench-reader-${randomUUID()}`,
      'enable.auto.commit': false,
      'isolation.level': 'read_committed',
      // Fetched rows may pile up while this process is behind, but must not keep the next from being fetched.
      'queued.max.messages.kbytes': 256 * 1024,
      'fetch.queue.backoff.ms': 5,
    },
    { 'auto.offset.reset': 'earliest' },
  );
  consumer.connect({}, error => {
    if (error) throw error;
    // With an offset, or the client would ask the group's coordinator, which may be loading, and never again.
    const all = Array.from({ length: partitions }, (_, partition) => partition);
    consumer.assign(topics.flatMap(topic => all.map(partition => ({ topic, partition, offset: 0 }))));
    consumer.setDefaultConsumeTimeout(CONSUME_TIMEOUT_MS);
    tell({ kind: 'reading' });
    setInterval(() => tell({ kind: 'seen', rows }), TELL_INTERVAL_MS);
    const next = () =>
      consumer.consume(MESSAGES_MAX, (failure, messages) => {
        const now = epochMicros();
        // A failure passes, such as that of a coordinator that is still loading: rows that never come are told by their number.
        for (const { value } of failure ? [] : messages) {
          if (!value) continue;
          for (const sentMicros of hold === 'blocks' ? sentOfBlock(value) : [readSentMicros(value)]) {
            rows++;
            if (sentMicros !== null && sentMicros >= measureFromMicros)
              latencies.add((now - sentMicros) / 1000);
          }
        }
        next();
      });
    next();
  });
}

function sentOfBlock(block: Buffer): number[] {
  return spanIdsOfBlock(block).map(sentMicrosOf);
}

function report(): void {
  tell({
    kind: 'latencies',
    count: latencies.count(),
    p50Ms: latencies.percentile(0.5),
    p99Ms: latencies.percentile(0.99),
    p999Ms: latencies.percentile(0.999),
    maxMs: latencies.percentile(1),
  });
}

function tell(message: FromReader): void {
  process.send?.(message);
}
