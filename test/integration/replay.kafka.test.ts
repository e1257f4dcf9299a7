import { expect, test } from 'vitest';
import { testBroker, uniqueName } from '../support/broker.js';
import {
  committedOffsets,
  createTopic,
  deleteRecordsBefore,
  describePartitions,
  endOffsets,
  produce,
  produceInTransaction,
  readAll,
} from '../support/kafka-client.js';
import { spanIdOf, spansRequest } from '../support/requests.js';
import { temporaryFiles } from '../support/temporary-files.js';
import { type Pipeline, spansPipeline, startWorker, untilConsumed, untilTrue } from '../support/worker.js';

const SPANS_PER_RECORD = 20;
const write = temporaryFiles();

/** Fills partitions in turn; record `i` holds the spans from `i * SPANS_PER_RECORD` on. */
async function fillInput(
  input: string,
  first: number,
  recordCount: number,
  partitions: number,
): Promise<void> {
  await produce(
    testBroker(),
    Array.from({ length: recordCount }, (_, index) => ({
      topic: input,
      partition: (first + index) % partitions,
      value: spansRequest((first + index) * SPANS_PER_RECORD, SPANS_PER_RECORD),
    })),
  );
}

async function filledPipeline(recordCount: number, partitions = 4): Promise<Pipeline> {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input, { partitions });
  await fillInput(pipeline.input, 0, recordCount, partitions);
  return pipeline;
}

async function run(pipeline: Pipeline, args: readonly string[], settings = {}) {
  const replay = startWorker({ ...pipeline.settings, ...settings }, 'replay', ['--yes', ...args]);
  return { exitCode: await replay.ended, stderr: replay.stderr() };
}

/** So slow, in rows a second, that a replay is in the middle of things for as long as a test needs it to be. */
const SLOW = ['--rate', '1000'];

/** How often each span's row is there, as `{ '1': 4000 }`: 4000 spans once. */
async function timesWritten(output: string): Promise<Record<number, number>> {
  const times = new Map<string, number>();
  for (const { value } of await readAll(testBroker(), output)) {
    const id = JSON.parse(String(value)).SpanId as string;
    times.set(id, (times.get(id) ?? 0) + 1);
  }
  const spans: Record<number, number> = {};
  for (const count of times.values()) spans[count] = (spans[count] ?? 0) + 1;
  return spans;
}

async function spanIds(output: string): Promise<string[]> {
  const rows = await readAll(testBroker(), output);
  return rows.map(({ value }) => JSON.parse(String(value)).SpanId as string).sort();
}

/** Of all spans of these records, by their number over all partitions. */
function idsOfRecords(records: readonly number[]): string[] {
  return records.flatMap(record =>
    Array.from({ length: SPANS_PER_RECORD }, (_, span) => spanIdOf(record * SPANS_PER_RECORD + span)),
  );
}

test('a replay writes every row once more, and the same command again says that it is complete', async () => {
  const pipeline = await filledPipeline(400);

  const first = await run(pipeline, ['--from', 'earliest']);
  expect(first.stderr).toContain('400 records at most, exactly once');
  expect(first.stderr).toContain('Done: 400 records, 8,000 rows');
  expect(first.exitCode).toBe(0);
  expect(await timesWritten(pipeline.output)).toEqual({ 1: 8000 });

  // What came meanwhile is not part of it: `now` was when it began.
  await fillInput(pipeline.input, 400, 4, 4);
  const again = await run(pipeline, ['--from', 'earliest']);
  expect(again.stderr).toContain('is complete: 400 offsets. Begin anew with --restart');
  expect(again.exitCode).toBe(0);
  expect(await timesWritten(pipeline.output)).toEqual({ 1: 8000 });

  const other = await run(pipeline, ['--from', 'earliest', '--to', '2026-01-01']);
  expect(other.stderr).toContain('holds another replay (--to was now and is 2026-01-01)');
  expect(other.exitCode).toBe(2);

  await run(pipeline, ['--from', 'earliest', '--restart']);
  expect(await timesWritten(pipeline.output)).toEqual({ 1: 80, 2: 8000 });
});

test('a replay that is killed with kill -9 and begun again writes every row once', async () => {
  const pipeline = await filledPipeline(1500);
  const group = `${pipeline.group}-replay`;
  const done = async () =>
    [...(await committedOffsets(testBroker(), group, pipeline.input)).values()].reduce(
      (sum, next) => sum + next,
      0,
    );

  for (const records of [30, 80]) {
    const replay = startWorker(pipeline.settings, 'replay', ['--yes', '--from', 'earliest', ...SLOW]);
    await untilTrue(async () => (await done()) > records);
    await replay.kill();
  }
  const last = await run(pipeline, ['--from', 'earliest']);
  expect(last.stderr).toContain(`Goes on with the replay of the group ${group}`);
  expect(last.exitCode).toBe(0);

  expect(await timesWritten(pipeline.output)).toEqual({ 1: 1500 * SPANS_PER_RECORD });
  expect(await committedOffsets(testBroker(), group, pipeline.input)).toEqual(
    await endOffsets(testBroker(), pipeline.input),
  );
});

test('Ctrl-C finishes the transaction and says how to go on', async () => {
  const pipeline = await filledPipeline(600);

  const replay = startWorker(pipeline.settings, 'replay', ['--yes', '--from', 'earliest', ...SLOW]);
  await untilTrue(() => replay.stderr().includes('"event":"committed"'));
  replay.process.kill('SIGINT');
  expect(await replay.ended).toBe(130);
  expect(replay.stderr()).toMatch(/Interrupted: \d+ records.*Give the same command again/);

  expect((await run(pipeline, ['--from', 'earliest'])).exitCode).toBe(0);
  expect(await timesWritten(pipeline.output)).toEqual({ 1: 600 * SPANS_PER_RECORD });
});

test('a restart that was interrupted goes on without --restart, also one of fewer partitions than before', async () => {
  const pipeline = await filledPipeline(600, 2);
  const given = ['--from', `${pipeline.input}:1:0`];
  expect((await run(pipeline, given)).exitCode).toBe(0);

  for (const from of [['--from', 'earliest'], given]) {
    const replay = startWorker(pipeline.settings, 'replay', ['--yes', ...from, '--restart', ...SLOW]);
    await untilTrue(() => replay.stderr().includes('"event":"committed"'));
    replay.process.kill('SIGINT');
    expect(await replay.ended).toBe(130);
    expect(replay.stderr()).toContain('Give the same command without --restart to go on.');
    if (from === given) break;
  }
  const last = await run(pipeline, given);
  expect(last.stderr).toContain('Goes on with the replay');
  expect(last.exitCode).toBe(0);
  const again = await run(pipeline, given);
  expect(again.stderr).toContain('is complete: 300 offsets');
});

test('a replay from the offsets of a file goes on only while the file says the same', async () => {
  const pipeline = await filledPipeline(8, 2);
  const file = write('offsets.txt', `${pipeline.input}:0:1\n`);
  expect((await run(pipeline, ['--from', file])).exitCode).toBe(0);
  expect((await run(pipeline, ['--from', file])).stderr).toContain('is complete: 3 offsets');
  write('offsets.txt', `${pipeline.input}:0:2\n`);
  const other = await run(pipeline, ['--from', file]);
  expect(other.stderr).toMatch(/holds another replay \(--from was \S+offsets.txt \(/);
  expect(other.exitCode).toBe(2);
});

test('records that the input deletes before they are read are told of and counted', async () => {
  const pipeline = await filledPipeline(600, 2);
  const replay = startWorker(pipeline.settings, 'replay', ['--yes', '--from', 'earliest', ...SLOW]);
  await untilTrue(() => replay.stderr().includes('"event":"committed"'));
  replay.process.kill('SIGINT');
  expect(await replay.ended).toBe(130);
  const group = `${pipeline.group}-replay`;
  const committed = await committedOffsets(testBroker(), group, pipeline.input);
  // All that was left of one partition, and some of what was left of the other.
  await deleteRecordsBefore(testBroker(), { topic: pipeline.input, partition: 0, offset: 300 });
  await deleteRecordsBefore(testBroker(), { topic: pipeline.input, partition: 1, offset: 290 });
  const left = [...committed.values()].reduce((sum, offset) => sum + 300 - offset, 0);

  const last = await run(pipeline, ['--from', 'earliest']);
  expect(last.stderr).toContain(`Done: 10 records`);
  expect(last.stderr).toContain(`${left - 10} records at most were NOT read`);
  expect(last.stderr.match(/"event":"records_missed"/g)).toHaveLength(2);
  expect(last.exitCode).toBe(0);
});

test('a replay that is begun twice goes on in the one begun last; the other ends and nothing is written twice', async () => {
  const pipeline = await filledPipeline(800);
  const args = ['--yes', '--from', 'earliest'];

  const first = startWorker(pipeline.settings, 'replay', [...args, ...SLOW]);
  await untilTrue(() => first.stderr().includes('"event":"committed"'));
  const second = startWorker(pipeline.settings, 'replay', args);
  expect(await first.ended).toBe(1);
  expect(first.stderr()).toContain('Another run has taken over the group');
  expect(await second.ended).toBe(0);

  expect(await timesWritten(pipeline.output)).toEqual({ 1: 800 * SPANS_PER_RECORD });
});

test('a range ends where a transaction was aborted, and nothing beyond a given end is processed', async () => {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input, { partitions: 2 });
  await fillInput(pipeline.input, 0, 20, 2);
  // Offsets of records that nobody will see, and of markers, at the very end.
  await produceInTransaction(
    testBroker(),
    [0, 1, 0].map(partition => ({ topic: pipeline.input, partition, value: 'never seen' })),
    'abort',
  );

  const given = await run(pipeline, ['--from', `${pipeline.input}:0:3`, '--to', `${pipeline.input}:0:7`]);
  expect(given.exitCode).toBe(0);
  expect(await spanIds(pipeline.output)).toEqual(idsOfRecords([6, 8, 10, 12]));

  const whole = await run(pipeline, [
    '--from',
    'earliest',
    '--group',
    uniqueName('replay'),
    '--output-suffix',
    '-again',
  ]);
  expect(whole.exitCode).toBe(0);
  expect(await timesWritten(`${pipeline.output}-again`)).toEqual({ 1: 20 * SPANS_PER_RECORD });
});

test('a time range takes the records of that time', async () => {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input, { partitions: 2 });
  const start = Date.parse('2026-11-20T08:00:00Z');
  await produce(
    testBroker(),
    Array.from({ length: 18 }, (_, minute) => ({
      topic: pipeline.input,
      partition: minute % 2,
      timestampMs: start + minute * 60_000,
      value: spansRequest(minute * SPANS_PER_RECORD, SPANS_PER_RECORD),
    })),
  );

  const replay = await run(pipeline, ['--from', '2026-11-20T08:08:00Z', '--to', String(start + 14 * 60_000)]);
  expect(replay.stderr).toContain('6 records at most');
  expect(replay.exitCode).toBe(0);
  expect(await spanIds(pipeline.output)).toEqual(idsOfRecords([8, 9, 10, 11, 12, 13]));
});

test.each(['classic', 'consumer'])(
  'the offsets of a group are not reset while a worker runs (%s protocol), and workers read from there after',
  async protocol => {
    const pipeline = await filledPipeline(100, 2);
    const settings = {
      ...pipeline.settings,
      consumer: {
        ...(pipeline.settings['consumer'] as object),
        group_protocol: protocol,
      },
    };
    const reset = ['--reset-group', '--from', `${pipeline.input}:1:40`];
    const worker = startWorker(settings);
    await untilConsumed(pipeline);
    const refused = await run(pipeline, reset);
    expect(refused.stderr).toContain('has members, so nothing was changed');
    expect(refused.exitCode).toBe(1);
    expect(await worker.stop()).toBe(0);

    const changed = await run(pipeline, reset);
    expect(changed.stderr).toContain(`${pipeline.input}-1: 50 → 40`);
    expect(changed.exitCode).toBe(0);
    const next = startWorker(settings);
    await untilConsumed(pipeline);
    expect(await next.stop()).toBe(0);
    expect(await timesWritten(pipeline.output)).toEqual({
      1: 90 * SPANS_PER_RECORD,
      2: 10 * SPANS_PER_RECORD,
    });
  },
);

test('a replay is refused under the group of the workers, under one with offsets of others, and without --yes', async () => {
  const pipeline = await filledPipeline(4, 1);
  const worker = startWorker(pipeline.settings);
  await untilConsumed(pipeline);

  const own = await run(pipeline, ['--from', 'earliest', '--group', pipeline.group]);
  expect(own.stderr).toContain("is the worker's own group");
  const settings = { consumer: { group_id: uniqueName('group') } };
  const strange = await run(pipeline, ['--from', 'earliest', '--group', pipeline.group], settings);
  expect(strange.stderr).toContain('that no replay has made');
  const unasked = startWorker(pipeline.settings, 'replay', ['--from', 'earliest']);
  expect(await unasked.ended).toBe(2);
  expect(unasked.stderr()).toContain('give --yes');
  expect([own.exitCode, strange.exitCode]).toEqual([2, 2]);

  await worker.stop();
  expect(await timesWritten(pipeline.output)).toEqual({ 1: 4 * SPANS_PER_RECORD });
});

test('a replay of nothing leaves nothing behind that refuses the next', async () => {
  const pipeline = await filledPipeline(4, 1);
  const topic = pipeline.input;
  const at = (offset: number) => `${topic}:0:${offset}`;
  const empty = await run(pipeline, ['--from', at(2), '--to', at(2)]);
  expect(empty.stderr).toContain('Nothing to replay: the inputs hold no records from 1 given offsets to');
  expect(empty.exitCode).toBe(0);
  const late = await run(pipeline, ['--from', new Date(Date.now() + 86_400_000).toISOString()]);
  expect(late.stderr).toContain('lies in the future, and nothing in the inputs is as new as that');
  const reversed = await run(pipeline, ['--from', at(2), '--to', at(1)]);
  expect(reversed.stderr).toContain('is before --from, which is 2 there');
  expect([late.exitCode, reversed.exitCode]).toEqual([2, 2]);
  expect(await committedOffsets(testBroker(), `${pipeline.group}-replay`, topic)).toEqual(new Map());

  const next = await run(pipeline, ['--from', at(2)]);
  expect(next.stderr).toContain('Done: 2 records');
  expect(await spanIds(pipeline.output)).toEqual(idsOfRecords([2, 3]).sort());
});

test('only the output topics of what is read are created, and what is logged is text', async () => {
  const pipeline = await filledPipeline(2, 1);
  const logs = uniqueName('out-logs');
  const settings = {
    inputs: [
      { topic: pipeline.input, signal: 'traces' },
      { topic: uniqueName('no-logs'), signal: 'logs' },
    ],
    logs: { topic: { name: logs, create: true } },
    log: { level: 'info', format: 'auto' },
  };
  const { stderr, exitCode } = await run(pipeline, ['--from', 'earliest'], settings);
  expect(exitCode).toBe(0);
  expect(stderr).toContain(`exactly once, to ${pipeline.output}, ${pipeline.deadLetters}\n`);
  expect(stderr).not.toContain(logs);
  expect(stderr).toContain('INFO');
  expect(stderr.split('\n').filter(line => line.startsWith('{'))).toEqual([]);
  expect(await describePartitions(testBroker(), pipeline.output)).toHaveLength(3);
  expect(await describePartitions(testBroker(), logs)).toEqual([]);
});
