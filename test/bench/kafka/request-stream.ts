import { setTimeout as sleep } from 'node:timers/promises';
import confluent from '@confluentinc/kafka-javascript';
import { epochMicros } from './clock.js';
import { spanIdPositions, writeSentMicros } from './sent-time.js';

/** Requests that arrive at an even pace. */
export interface RequestStream {
  sentItems(): number;
  /** Sends one request now. */
  sendOne(): void;
  /** From now on so many items per second, until `stop`. */
  begin(itemsPerSecond: number): void;
  /** Resolves when the broker has all that was sent. @throws Error when it has refused some. */
  stop(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 30_000;
const FLUSH_TIMEOUT_MS = 60_000;
const POLL_INTERVAL_MS = 100;

/**
 * @param requests sent one after the other, again and again; the ids of their spans are overwritten by when they are sent.
 */
export async function openRequestStream(
  brokers: string,
  topic: string,
  partitions: number,
  requests: readonly Buffer[],
): Promise<RequestStream> {
  const producer = new confluent.RdKafka.Producer({
    'bootstrap.servers': brokers,
    'enable.idempotence': true,
    // The clock runs from the call on: what waits here would be counted as the worker's.
    'linger.ms': 0,
    'message.max.bytes': 10_000_000,
    dr_cb: true,
  });
  let refused: unknown = null;
  producer.on('delivery-report', error => {
    refused ??= error;
  });
  await new Promise<void>((resolve, reject) => {
    producer.connect({ timeout: CONNECT_TIMEOUT_MS }, error => (error ? reject(error) : resolve()));
  });
  producer.setPollInterval(POLL_INTERVAL_MS);

  const templates = requests.map(request => ({ request, positions: spanIdPositions(request) }));
  let sentRequests = 0;
  let sentItems = 0;
  let stopping = false;
  let pacing: Promise<void> = Promise.resolve();

  const sendOne = () => {
    const template = templates[sentRequests % templates.length];
    if (!template) throw new Error('there are no requests to send');
    const { request, positions } = template;
    writeSentMicros(request, positions, epochMicros());
    producer.produce(topic, sentRequests % partitions, request, null);
    sentRequests++;
    sentItems += positions.length;
  };
  const pace = async (itemsPerSecond: number) => {
    const began = performance.now();
    const before = sentItems;
    while (!stopping) {
      const due = before + ((performance.now() - began) / 1000) * itemsPerSecond;
      while (sentItems < due) sendOne();
      await sleep(1);
    }
  };
  const end = async () => {
    stopping = true;
    try {
      await pacing;
      await new Promise<void>((resolve, reject) => {
        producer.flush(FLUSH_TIMEOUT_MS, error => (error ? reject(error) : resolve()));
      });
      producer.poll();
    } finally {
      await new Promise(resolve => producer.disconnect(CONNECT_TIMEOUT_MS, resolve));
    }
    if (refused) throw new Error(`the broker refused input: ${String(refused)}`);
  };
  let ended: Promise<void> | null = null;
  return {
    sentItems: () => sentItems,
    sendOne,
    begin: itemsPerSecond => {
      pacing = pace(itemsPerSecond);
      pacing.catch(() => undefined); // Told by `stop`.
    },
    stop: () => {
      ended ??= end();
      return ended;
    },
  };
}
