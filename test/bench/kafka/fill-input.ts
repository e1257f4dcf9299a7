import type { Signal } from '../../../src/transform/decode/otlp.js';
import { createTopic, endOffsets, produce, type TestRecord } from '../../support/kafka-client.js';
import { type Encoders, type Encoding, type GeneratedKind, METRIC_KINDS, makeRecords } from '../inputs.js';

/** What an input topic holds. Equal inputs are equal byte for byte. */
export interface InputShape {
  signal: Signal;
  encoding: Encoding;
  itemCount: number;
  /** In one request, which is one record. */
  requestItems: number;
  oddSpans: boolean;
  partitions: number;
  metricKinds: readonly GeneratedKind[];
}

export interface FilledInput extends InputShape {
  topic: string;
  recordCount: number;
}

const SEED = 1;
/** More than the largest request; the client's own bound is 1 MB. */
const RECORD_BYTES_MAX = 10_000_000;
/** Records wait in memory for the broker, but not the whole input. */
const QUEUE_KIB = 64 * 1024;
const TOPIC_ALREADY_EXISTS = 36;

function inputTopic(shape: InputShape): string {
  const { signal, encoding, itemCount, requestItems, oddSpans, partitions, metricKinds } = shape;
  const of = metricKinds === METRIC_KINDS ? signal : metricKinds.join('-');
  const by = `by-${requestItems}${oddSpans ? '-odd' : ''}`;
  return ['otelrows-bench', of, encoding, itemCount, by, `p${partitions}`].join('-');
}

/**
 * Sees to it that the topic of this input is there and full. One that was filled before is taken as it is: the topic's
 * name tells what is in it.
 *
 * @throws Error when the topic holds another number of records than it should.
 */
export async function fillInput(
  build: Encoders,
  brokers: string,
  shape: InputShape,
  say: (line: string) => void,
): Promise<FilledInput> {
  const topic = inputTopic(shape);
  const recordCount = Math.ceil(shape.itemCount / shape.requestItems);
  const filled = { ...shape, topic, recordCount };
  if (!(await createdTopic(brokers, topic, shape.partitions))) {
    const found = [...(await endOffsets(brokers, topic)).values()].reduce((sum, end) => sum + end, 0);
    if (found === recordCount) return filled;
    throw new Error(
      `${topic} holds ${found} records instead of ${recordCount}: delete it, and it is filled anew`,
    );
  }
  const started = performance.now();
  let bytes = 0;
  const records = function* (): Generator<TestRecord> {
    let index = 0;
    for (const value of makeRecords(build, shape.signal, shape.encoding, { ...shape, seed: SEED })) {
      bytes += value.length;
      yield { topic, partition: index++ % shape.partitions, value };
    }
  };
  await produce(brokers, records(), {
    'message.max.bytes': RECORD_BYTES_MAX,
    'queue.buffering.max.kbytes': QUEUE_KIB,
    'linger.ms': 20,
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  const perItem = Math.round(bytes / shape.itemCount);
  say(
    `filled ${topic}: ${shape.itemCount} items in ${recordCount} records, ${perItem} B an item, ${seconds} s`,
  );
  return filled;
}

/** @returns false when the topic was there already. */
async function createdTopic(brokers: string, topic: string, partitions: number): Promise<boolean> {
  try {
    await createTopic(brokers, topic, {
      partitions,
      config: { 'max.message.bytes': String(RECORD_BYTES_MAX), 'retention.ms': '-1' },
    });
    return true;
  } catch (error) {
    if ((error as { code?: number }).code === TOPIC_ALREADY_EXISTS) return false;
    throw error;
  }
}
