import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { PoisonRecord } from '../../../src/errors.js';
import type { Header, InputRecord } from '../../../src/kafka/ports.js';
import { readInput } from '../../../src/messages/read-input.js';
import type { Events } from '../../../src/observe/events.js';
import { followAssignment } from '../../../src/stream/assignment.js';
import { keepPace } from '../../../src/stream/pace.js';
import { openDelivery, type ProcessorParts, runProcessor } from '../../../src/stream/processor.js';
import { recordSender } from '../../../src/stream/send-record.js';
import { transactionalDelivery } from '../../../src/stream/transaction.js';
import { jsonOfAnyTopic } from '../../support/json-rows.js';
import { failure, record, scriptedConsumer, scriptedProducer } from '../../support/scripted-kafka.js';
import { hostileCases, rawBytes } from './cases.js';
import type { FuzzCase } from './fuzz-case.js';
import { type Outcome, outcomeOf } from './outcome.js';
import { assertInRounds, ROUNDS_TIMEOUT_MS } from './rounds.js';
import { FUZZ_SEED } from './settings.js';
import { variantOf } from './variants.js';

// The whole way of a record but for Kafka: whatever a record holds, its partition moves on by one, and it is its rows or
// a dead-letter record, that record without its value when that is too large. Nothing fails here: that rows, dead-letter records and offsets are
// one transaction is shown by test/integration/dead-letters.kafka.test.ts.

interface Sent {
  topic: string;
  key: Buffer | null;
  value: Buffer | null;
  headers: readonly Header[];
}

const { reference } = variantOf('clickhouse');
const PARTITIONS = [0, 1, 2];
const FIRST_OFFSET = 5;
const DEAD_LETTERS = 'dead';
const RECORD_BYTES_MAX = 67_108_864;
/** What the scripted broker takes. Some rows and some records are larger. */
const ROW_BYTES_MAX = 3000;
const DEAD_LETTER_VALUE_BYTES_MAX = 2000;
/** The topics' own limits come into it in unit tests; here nothing is refused before it is sent. */
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

beforeAll(() => console.log(`fuzz seed ${FUZZ_SEED}: OTELROWS_FUZZ_SEED=${FUZZ_SEED} repeats this run`));

const fuzzedRecords = fc.array(
  fc.record({
    partition: fc.constantFrom(...PARTITIONS),
    fuzzed: fc.oneof({ weight: 1, arbitrary: rawBytes }, { weight: 3, arbitrary: hostileCases }),
    key: fc.option(fc.uint8Array({ maxLength: 8 })),
  }),
  { minLength: 1, maxLength: 20 },
);

it(
  'every record moves its partition on by one, and is rows or a dead-letter record',
  async () => {
    const property = fc.asyncProperty(
      fuzzedRecords,
      fc.constantFrom(...SIGNALS_AND_ENCODINGS),
      async (fuzzed, input) => {
        const records = inputRecords(fuzzed);
        const { sent, committed, transactions } = await processAll(records, input);

        expect(committed).toStrictEqual(nextOffsetsOf(records));
        expect(transactions).toStrictEqual({ open: 0, aborted: 0 });
        expect(sent.map(textOf).sort()).toStrictEqual(
          records.flatMap(each => expectedMessages(each, input)).sort(),
        );
      },
    );
    await assertInRounds(property, 120);
  },
  ROUNDS_TIMEOUT_MS,
);

type Input = Pick<FuzzCase, 'signal' | 'encoding'>;

const SIGNALS_AND_ENCODINGS: Input[] = (['traces', 'logs', 'metrics'] as const).flatMap(signal =>
  (['otlp_proto', 'otlp_json', 'auto'] as const).map(encoding => ({ signal, encoding })),
);

function inputRecords(
  fuzzed: { partition: number; fuzzed: FuzzCase; key: Uint8Array | null }[],
): InputRecord[] {
  const next = new Map<number, number>();
  return fuzzed.map(({ partition, fuzzed: { value }, key }) => {
    const offset = next.get(partition) ?? FIRST_OFFSET;
    next.set(partition, offset + 1);
    return record(partition, offset, { value, key: key && Buffer.from(key) });
  });
}

function nextOffsetsOf(records: readonly InputRecord[]): Record<number, number> {
  return Object.fromEntries(records.map(({ partition, offset }) => [partition, offset + 1]));
}

const BOUNDS = { recordsMax: 7, bytesMax: 20_000, rowBytesMax: 50_000, ageMsMax: 60_000 };

/** A worker that reads these records and stops. */
async function processAll(records: readonly InputRecord[], { signal, encoding }: Input) {
  const sent: Sent[] = [];
  const committed: Record<number, number> = {};
  const transactions = { open: 0, aborted: 0 };
  const stop = new AbortController();
  const consumer = scriptedConsumer([], { records, onIdle: () => stop.abort() });
  const assignment = followAssignment(consumer, () => undefined);
  const makeProducer = async () => {
    const producer = scriptedProducer([]);
    return Object.assign(producer, {
      send: (topic: string, key: Buffer | null, value: Buffer | null, headers: readonly Header[] = []) => {
        if (isTooLarge(topic, value)) throw failure('too_large', 'send');
        sent.push({ topic, key, value, headers });
        return true;
      },
      beginTransaction: async () => void transactions.open++,
      sendOffsets: async (offsets: readonly { partition: number; offset: number }[]) => {
        for (const { partition, offset } of offsets) committed[partition] = offset;
      },
      commitTransaction: async () => void transactions.open--,
      abortTransaction: async () => void transactions.aborted++,
    });
  };
  const backoff = { next: () => 0, reset: () => undefined, elapsedMs: () => 0 };
  const nothing = () => undefined;
  const parts: ProcessorParts = {
    consumer,
    assignment,
    delivery: transactionalDelivery({
      makeProducer,
      timeMaxMs: 10_000,
      asksAgainAfterMs: 2_500,
      limits: { refused: nothing },
      consumer,
      assignment,
    }),
    inputOf: topic => ({ topic, signal, encoding, framing: 'auto' }),
    recordBytesMax: RECORD_BYTES_MAX,
    transform: reference,
    sender: recordSender(
      {
        deadLetterTopic: DEAD_LETTERS,
        headersOf: () => undefined,
        oversizePolicy: 'dead_letter',
        rowId: 'none',
        encodingOf: jsonOfAnyTopic,
      },
      { leastBytesMax: () => NO_LIMIT, bytesMaxOf: () => NO_LIMIT },
    ),
    bounds: BOUNDS,
    pace: keepPace(BOUNDS, { timeMaxMs: 10_000, calmMs: 0, calmMsMax: 0 }),
    outputTopics: [],
    backoff,
    pollBackoff: backoff,
    retryElapsedMsMax: 1,
    events: {
      committed: nothing,
      deadLettered: nothing,
      valueLeftOut: nothing,
      aborted: nothing,
      offsetsUnknown: nothing,
      producerReplaced: nothing,
      suspicious: nothing,
    } as Partial<Events> as Events,
    stop: stop.signal,
  };
  consumer.rebalance({
    kind: 'assigned',
    partitions: PARTITIONS.map(partition => ({ topic: 'in', partition })),
  });
  await openDelivery(parts);
  await runProcessor(parts);
  return { sent, committed, transactions };
}

/** What must be sent for a record, in any order: its rows, and one dead-letter record when it is poison or rows are too large. */
function expectedMessages(
  { partition, offset, key, value }: InputRecord,
  { signal, encoding }: Input,
): string[] {
  const outcome = outcomeOfRecord(value ?? Buffer.alloc(0), { signal, encoding });
  const valueLeftOut = isTooLarge(DEAD_LETTERS, value);
  const deadLetter = (reason: string) =>
    textOf({
      topic: DEAD_LETTERS,
      key,
      value: valueLeftOut ? null : value,
      headers: [
        { key: '__streams.errors.partition', value: Buffer.from(String(partition)) },
        { key: '__streams.errors.offset', value: Buffer.from(String(offset)) },
        { key: 'otelrows.dead_letter.reason', value: Buffer.from(reason) },
        ...(valueLeftOut
          ? [{ key: 'otelrows.dead_letter.value_left_out_bytes', value: Buffer.from(String(value?.length)) }]
          : []),
      ],
    });
  if (outcome.kind === 'poison') return [deadLetter(outcome.reason)];
  const rows = outcome.messages.filter(message => !isTooLarge(message.topic, message.value));
  const texts = rows.map(message => textOf({ ...message, headers: [] }));
  return rows.length === outcome.messages.length ? texts : [...texts, deadLetter('row_too_large')];
}

/** Of what is around a request, such as a list of resources that is made a request first, other tests know. */
function outcomeOfRecord(value: Buffer, { signal, encoding }: Input): Outcome {
  const input = { topic: 'in', signal, encoding, framing: 'auto' } as const;
  try {
    const read = readInput({ value, headers: [] }, input, RECORD_BYTES_MAX);
    return outcomeOf(reference, read.signal ?? signal, read.encoding, read.value);
  } catch (error) {
    if (!(error instanceof PoisonRecord)) throw error;
    const { reason, fieldPath, byteOffset, message } = error;
    return { kind: 'poison', reason, fieldPath, byteOffset, message };
  }
}

function isTooLarge(topic: string, value: Buffer | null): boolean {
  const bytesMax = topic === DEAD_LETTERS ? DEAD_LETTER_VALUE_BYTES_MAX : ROW_BYTES_MAX;
  return (value?.length ?? 0) > bytesMax;
}

/** The headers that tell which record it was, why, and what is missing of it. */
const TOLD = /partition$|offset$|reason$|left_out_bytes$|headers_left_out$/;

function textOf({ topic, key, value, headers }: Sent): string {
  const told = headers.filter(header => TOLD.test(header.key)).map(header => `${header.key}=${header.value}`);
  return [
    topic,
    key?.toString('base64') ?? 'no key',
    told.join(),
    value?.toString('base64') ?? 'no value',
  ].join(' ');
}
