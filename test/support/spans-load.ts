import { expect } from 'vitest';
import { testBroker } from './broker.js';
import { committedOffsets, createTopic, endOffsets, produce, readAll } from './kafka-client.js';
import { spanIdOf, spansRequest } from './requests.js';
import { type Pipeline, startWorker, untilTrue } from './worker.js';

/** The spans of one record of this load; they are numbered through all its records. */
export const SPANS_PER_RECORD = 50;
const RECORDS_AT_ONCE = 100;
const NOTHING = Buffer.alloc(0);

/** Writes that many records after the first so many, in turn to each partition. */
export async function produceSpans(
  { input }: Pipeline,
  recordCount: number,
  { first = 0, partitions }: { first?: number; partitions: number },
): Promise<void> {
  await produce(
    testBroker(),
    Array.from({ length: recordCount }, (_, index) => ({
      topic: input,
      partition: index % partitions,
      value: spansRequest((first + index) * SPANS_PER_RECORD, SPANS_PER_RECORD),
    })),
  );
}

/** Makes the input with so many partitions, and writes that many records to it. */
export async function fillInput(pipeline: Pipeline, recordCount: number, partitions: number): Promise<void> {
  await createTopic(testBroker(), pipeline.input, { partitions });
  await produceSpans(pipeline, recordCount, { partitions });
}

/** Lets two workers work, one after the other, and kills each in the middle of things, whatever it is doing then. */
export async function killTwice(pipeline: Pipeline, recordCount: number): Promise<void> {
  for (const fraction of [0.3, 0.6]) {
    const worker = startWorker(pipeline.settings);
    // Not before this much is committed.
    await untilTrue(async () => {
      const committed = await committedOffsets(testBroker(), pipeline.group, pipeline.input);
      return [...committed.values()].reduce((sum, offset) => sum + offset, 0) > recordCount * fraction;
    });
    await worker.kill();
  }
}

/**
 * Writes records until told to stop, so that no worker runs out of work before what the test waits for has happened,
 * however fast it is.
 *
 * @returns a function that stops it and resolves with how many records were written.
 */
export function keepProducing(pipeline: Pipeline, partitions: number): () => Promise<number> {
  let wanted = true;
  const produced = (async () => {
    let recordCount = 0;
    for (; wanted; recordCount += RECORDS_AT_ONCE)
      await produceSpans(pipeline, RECORDS_AT_ONCE, { first: recordCount, partitions });
    return recordCount;
  })();
  return () => {
    wanted = false;
    return produced;
  };
}

/**
 * The counts of a run: every span's row there, none twice, and the offsets at the end of the input.
 *
 * @param rowsIn the rows of a message.
 */
export async function expectEachSpanOnce(
  { group, input, output }: Pipeline,
  recordCount: number,
  rowsIn: (value: Buffer) => { SpanId: string }[] = value => [JSON.parse(String(value))],
): Promise<void> {
  const messages = await readAll(testBroker(), output);
  const ids = messages.flatMap(({ value }) => rowsIn(value ?? NOTHING).map(({ SpanId }) => SpanId));
  const expected = Array.from({ length: recordCount * SPANS_PER_RECORD }, (_, number) => spanIdOf(number));
  expect(ids).toHaveLength(expected.length);
  expect(ids.sort()).toEqual(expected.sort());
  expect(await committedOffsets(testBroker(), group, input)).toEqual(await endOffsets(testBroker(), input));
}
