import type { InputRecord, OutputProducer } from '../../src/kafka/ports.js';
import type { Events } from '../../src/observe/events.js';
import { followAssignment } from '../../src/stream/assignment.js';
import type { Backoff } from '../../src/stream/backoff.js';
import { keepPace } from '../../src/stream/pace.js';
import { openDelivery, type ProcessorParts } from '../../src/stream/processor.js';
import { recordSender } from '../../src/stream/send-record.js';
import { transactionalDelivery } from '../../src/stream/transaction.js';
import type { TransformRecord } from '../../src/transform/transform-record.js';
import { jsonOfAnyTopic } from './json-rows.js';
import {
  record,
  type Script,
  type ScriptedConsumer,
  scriptedConsumer,
  scriptedProducer,
} from './scripted-kafka.js';

// A worker's loop with a scripted Kafka on both sides, whose calls and events are noted in one list.

export interface Setup {
  parts: ProcessorParts;
  calls: string[];
  consumer: ScriptedConsumer;
  stop: AbortController;
  /** What the pace and the delivery take for the time; it stands still unless a test moves it. */
  clock: { ms: number };
}

export interface SetupOptions {
  records?: readonly InputRecord[];
  consumerScript?: Script<'poll' | 'committed' | 'seek'>;
  /** Of the first producer; the ones after it succeed in everything. */
  producerScript?: Parameters<typeof scriptedProducer>[1];
  onSendOffsets?: () => void;
  /** How long the brokers take for a message, in milliseconds. */
  takesMs?: (topic: string, value: Buffer | null) => number;
  /** How many messages a producer takes before `drain` is needed. */
  queueSize?: number;
  /** Whether brokers answer when they are asked about a record that was slow. */
  reached?: () => boolean;
  /** How long brokers are left alone before that, in real milliseconds; 0 by default. */
  calmMs?: number;
  transform?: TransformRecord;
  /** Nothing is known yet of where reading goes on in the partitions. */
  freshlyAssigned?: boolean;
  parts?: Partial<ProcessorParts>;
}

/** One row per record, as large as the record. */
export const oneRow: TransformRecord = (_signal, _encoding, value) => ({
  messages: [{ topic: 'out', key: null, value: Buffer.from(value), itemIndex: 0 }],
  itemCount: 1,
  filteredCount: 0,
});

/** A worker that owns partitions 0 and 1 of `in`, and stops when it has read everything. */
export async function setUp(options: SetupOptions = {}): Promise<Setup> {
  const calls: string[] = [];
  const stop = new AbortController();
  const consumer: ScriptedConsumer = scriptedConsumer(calls, {
    records: options.records ?? [record(0, 0), record(0, 1), record(1, 0)],
    script: options.consumerScript ?? {},
    onIdle: () => stop.abort(),
  });
  let producerCount = 0;
  const clock = { ms: 0 };
  const bounds = options.parts?.bounds ?? {
    recordsMax: 100,
    bytesMax: 1000,
    rowBytesMax: 1000,
    ageMsMax: 10_000,
  };
  const limits = { refused: () => void calls.push('limits refused') };
  const makeProducer = async (): Promise<OutputProducer> => {
    producerCount += 1;
    calls.push(`producer ${producerCount}`);
    const first = producerCount === 1;
    return scriptedProducer(calls, first ? options.producerScript : {}, {
      ...(options.queueSize ? { queueSize: options.queueSize } : {}),
      slow: { clock, takesMs: options.takesMs ?? (() => 0) },
      reached: options.reached ?? (() => true),
      ...(options.onSendOffsets ? { onSendOffsets: options.onSendOffsets } : {}),
    });
  };
  const assignment = followAssignment(consumer, () => undefined);
  const setup: Setup = {
    calls,
    consumer,
    stop,
    clock,
    parts: {
      consumer,
      assignment,
      delivery: transactionalDelivery({
        makeProducer,
        timeMaxMs: 10_000,
        now: () => clock.ms,
        asksAgainAfterMs: 2_500,
        limits,
        consumer,
        assignment,
      }),
      inputOf: () => ({ topic: 'in', signal: 'traces', encoding: 'auto', framing: 'none' }),
      recordBytesMax: 67_108_864,
      transform: options.transform ?? oneRow,
      sender: recordSender(
        {
          deadLetterTopic: 'dead',
          headersOf: () => undefined,
          oversizePolicy: 'dead_letter',
          rowId: 'none',
          encodingOf: jsonOfAnyTopic,
        },
        { leastBytesMax: () => 1_000_000, bytesMaxOf: () => 1_000_000 },
      ),
      bounds,
      pace: keepPace(
        bounds,
        { timeMaxMs: 10_000, calmMs: options.calmMs ?? 0, calmMsMax: 3_600_000 },
        () => clock.ms,
      ),
      outputTopics: ['out', 'dead'],
      backoff: countingBackoff(calls, 'wait'),
      pollBackoff: countingBackoff(calls, 'wait to poll'),
      retryElapsedMsMax: 0,
      lag: { onTheWay: () => undefined },
      events: {
        committed: tally => calls.push(`committed ${tally.records}`),
        aborted: reason => calls.push(`aborted: ${reason}`),
        offsetsUnknown: reason => calls.push(`offsets unknown: ${reason}`),
        producerReplaced: reason => calls.push(`replaced: ${reason}`),
        pollFailed: reason => calls.push(`poll failed: ${reason}`),
        deadLettered: ({ offset }, { reason }) => calls.push(`dead lettered ${offset}: ${reason}`),
        valueLeftOut: ({ offset }) => calls.push(`value left out ${offset}`),
        defect: ({ offset }, error) => calls.push(`defect ${offset}: ${error.message}`),
        batchTimedOut: ({ batch, next }) =>
          calls.push(
            'record' in next
              ? `alone too slow ${next.record.offset}`
              : `too slow ${batch.records}: ${next.records}`,
          ),
        suspicious: ({ offset }, count, what) => calls.push(`suspicious ${offset} of ${count}: ${what}`),
        kernelFailed: ({ offset }, reason) => calls.push(`kernel failed ${offset}: ${reason}`),
      } as Partial<Events> as Events,
      stop: stop.signal,
      ...options.parts,
    },
  };
  consumer.rebalance({
    kind: 'assigned',
    partitions: [
      { topic: 'in', partition: 0 },
      { topic: 'in', partition: 1 },
    ],
  });
  await openDelivery(setup.parts);
  setup.parts.assignment.settle();
  if (!options.freshlyAssigned) {
    setup.parts.assignment.advance([0, 1].map(partition => ({ topic: 'in', partition, offset: 0 })));
  }
  calls.length = 0;
  return setup;
}

/** Waits of no length, each noted. */
export function countingBackoff(calls: string[], name: string): Backoff {
  let failures = 0;
  return {
    next: () => {
      failures += 1;
      calls.push(name);
      return 0;
    },
    reset: () => {
      failures = 0;
    },
    elapsedMs: () => failures * 100,
  };
}
