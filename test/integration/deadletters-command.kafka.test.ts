import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { testBroker, uniqueName } from '../support/broker.js';
import { committedOffsets, createTopic, endOffsets, produce, readAll } from '../support/kafka-client.js';
import { otelrows } from '../support/otelrows.js';
import { spanIdOf, spansRequest } from '../support/requests.js';
import { temporaryFiles } from '../support/temporary-files.js';
import {
  type Pipeline,
  type Settings,
  spansPipeline,
  startWorker,
  untilConsumed,
  untilTrue,
} from '../support/worker.js';

const write = temporaryFiles();

/** Runs a worker over the records until all are consumed. */
async function processed(pipeline: Pipeline, values: readonly Buffer[], more: Settings = {}): Promise<void> {
  await createTopic(testBroker(), pipeline.input, { partitions: 1 });
  await produce(
    testBroker(),
    values.map((value, index) => ({
      topic: pipeline.input,
      value,
      key: `k${index}`,
      headers: { origin: 'edge-7' },
    })),
  );
  const worker = startWorker({ ...pipeline.settings, ...more });
  await untilConsumed(pipeline);
  expect(await worker.stop()).toBe(0);
}

function deadletters(pipeline: Pipeline, args: readonly string[], more: Settings = {}) {
  const config = write(`${pipeline.group}.json`, JSON.stringify({ ...pipeline.settings, ...more }));
  return otelrows(['deadletters', ...args, '--config', config]);
}

async function spanIds(output: string): Promise<string[]> {
  const rows = await readAll(testBroker(), output);
  return rows.map(({ value }) => JSON.parse(String(value)).SpanId as string).sort();
}

const idsUpTo = (count: number) => Array.from({ length: count }, (_, span) => spanIdOf(span));
/** Refused by a limit of items that is too low for some records. */
const LOW_LIMIT = { limits: { max_items: 5 } };

test('dead letters are listed, shown and, after a fix, replayed once', async () => {
  const pipeline = spansPipeline();
  const topic = { name: pipeline.deadLetters };
  pipeline.settings.dead_letter = { topic, header_styles: ['kafka_connect', 'spring_kafka'] };
  const garbage = Buffer.from([0x0a, 0xff, 0xff, 0x03, 0x00, 0xfe]);
  await processed(
    pipeline,
    [spansRequest(0, 5), spansRequest(5, 10), garbage, spansRequest(15, 10)],
    LOW_LIMIT,
  );
  expect(await spanIds(pipeline.output)).toEqual(idsUpTo(5));

  const listed = deadletters(pipeline, ['list']);
  expect(listed.stdout).toContain('3 dead letters: items_limit 2, malformed 1.');
  const [first] = deadletters(pipeline, ['list', '--json', '--reason', 'malformed'])
    .stdout.trim()
    .split('\n');
  const deadLetter = JSON.parse(String(first));
  expect(deadLetter).toMatchObject({
    source: { topic: pipeline.input, partition: 0, offset: 2 },
    attempts: 1,
  });
  const place = `${deadLetter.partition}:${deadLetter.offset}`;
  const shown = deadletters(pipeline, ['show', place]).stdout;
  expect(shown).toContain('00000000  0a ff ff 03 00 fe');
  expect(shown).toContain('key: k2');
  expect(shown).toContain('  origin: edge-7');
  const file = write('value.bin', '');
  expect(deadletters(pipeline, ['show', place, '--out', file]).exitCode).toBe(0);
  expect(readFileSync(file)).toEqual(garbage);
  expect(deadletters(pipeline, ['show', place, '--out', '/nope/x'])).toMatchObject({
    exitCode: 2,
    stderr: 'error: /nope/x does not exist: there is no directory /nope\n',
  });

  const replayed = deadletters(pipeline, ['replay', '--yes']);
  expect(replayed.stderr).toContain('2 dead letters replayed (20 rows), 1 refused again.');
  expect(replayed.exitCode).toBe(0);
  expect(await spanIds(pipeline.output)).toEqual(idsUpTo(25));

  // The one that was refused again is a new dead-letter record of the same record; the others are done.
  const left = deadletters(pipeline, ['list', '--json']).stdout.trim().split('\n');
  expect(left).toHaveLength(1);
  expect(JSON.parse(String(left[0]))).toMatchObject({ source: deadLetter.source, attempts: 2 });
  expect(deadletters(pipeline, ['list', '--all']).stdout).toContain('4 dead letters');
  const deadLetters = await readAll(testBroker(), pipeline.deadLetters);
  const again = deadLetters.find(({ headers }) =>
    headers.some(([name]) => name === 'otelrows.dead_letter.attempts'),
  );
  expect(again?.value).toEqual(garbage);
  expect(again?.headers[0]).toEqual(['origin', Buffer.from('edge-7')]);
});

test('of a dead-letter record about items only those are replayed; their record is fetched where the dead-letter record has no value', async () => {
  const pipeline = spansPipeline();
  const request = JSON.parse(spansRequest(0, 4).toString());
  const [, second, , fourth] = request.resourceSpans[0].scopeSpans[0].spans;
  for (const span of [second, fourth]) span.name = 'n'.repeat(60_000);
  await processed(pipeline, [Buffer.from(JSON.stringify(request))], {
    producer: { max_message_bytes: 50_000 },
  });
  expect(await spanIds(pipeline.output)).toEqual([0, 2].map(spanIdOf));

  const unfixed = deadletters(pipeline, ['replay', '--yes'], { producer: { max_message_bytes: 50_000 } });
  expect(unfixed.stderr).toContain('0 dead letters replayed (0 rows), 1 refused again.');
  const fixed = deadletters(pipeline, ['replay', '--yes']);
  expect(fixed.stderr).toContain('1 dead letters replayed (2 rows), 0 refused again.');
  expect(await spanIds(pipeline.output)).toEqual(idsUpTo(4));
});

test('dead-letter records that a filter leaves out are put back, and are there to be replayed later', async () => {
  const pipeline = spansPipeline();
  await processed(pipeline, [spansRequest(0, 10), Buffer.from('{"resourceSpans":7}')], LOW_LIMIT);

  const some = deadletters(pipeline, ['replay', '--yes', '--reason', 'malformed']);
  expect(some.stderr).toContain('1 were not meant and put back');
  expect(await spanIds(pipeline.output)).toEqual([]);
  expect(deadletters(pipeline, ['replay', '--yes', '--reason', 'items_limit']).exitCode).toBe(0);
  expect(await spanIds(pipeline.output)).toEqual(idsUpTo(10));
});

test('a replay of dead letters that is killed with kill -9 and begun again writes every row once', async () => {
  const pipeline = spansPipeline();
  const records = Array.from({ length: 400 }, (_, index) => spansRequest(index * 10, 10));
  await processed(pipeline, records, LOW_LIMIT);

  // One at a time, so that the kill comes long before everything is done.
  const settings = { ...pipeline.settings, batch: { max_records: 1 } };
  const replay = startWorker(settings, 'deadletters', ['replay', '--yes']);
  await untilTrue(async () => {
    const offsets = await committedOffsets(
      testBroker(),
      `${pipeline.group}-deadletters`,
      pipeline.deadLetters,
    );
    return [...offsets.values()].some(offset => offset > 5);
  });
  await replay.kill();
  expect((await spanIds(pipeline.output)).length).toBeLessThan(4000);

  expect(deadletters(pipeline, ['replay', '--yes']).exitCode).toBe(0);
  expect(await spanIds(pipeline.output)).toEqual(idsUpTo(4000));
  expect(await committedOffsets(testBroker(), `${pipeline.group}-deadletters`, pipeline.deadLetters)).toEqual(
    await endOffsets(testBroker(), pipeline.deadLetters),
  );
});

test('dead-letter records that may have been replayed so long ago that nobody knows are replayed only from a given time on', async () => {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input);
  await createTopic(testBroker(), pipeline.deadLetters, { config: { 'retention.ms': '-1' } });
  const now = Date.now();
  const daysAgo = (days: number) => now - days * 86_400_000;
  const deadLetter = (firstSpan: number, timestampMs: number) => ({
    topic: pipeline.deadLetters,
    timestampMs,
    value: spansRequest(firstSpan, 10),
    headers: {
      '__streams.errors.topic': pipeline.input,
      '__streams.errors.partition': '0',
      '__streams.errors.offset': String(firstSpan),
      'otelrows.dead_letter.reason': 'items_limit',
      'otelrows.dead_letter.time': new Date(timestampMs).toISOString(),
    },
  });
  await produce(testBroker(), [
    deadLetter(0, daysAgo(9)),
    deadLetter(10, daysAgo(8)),
    deadLetter(20, daysAgo(1)),
  ]);

  const refused = deadletters(pipeline, ['replay', '--yes']);
  expect(refused.stderr).toContain('2 of them are more than 7 days old');
  expect(refused.exitCode).toBe(2);
  const since = new Date(daysAgo(8) - 1000).toISOString();
  const replayed = deadletters(pipeline, ['replay', '--yes', '--since', since]);
  expect(replayed.stderr).toContain('2 dead letters replayed (20 rows), 0 refused again.');
  expect(replayed.stderr).toContain('1 were older than --since, and were left where they are');
  expect(await spanIds(pipeline.output)).toEqual(idsUpTo(30).slice(10));
  expect(await readAll(testBroker(), pipeline.deadLetters)).toHaveLength(3);

  // Now the group has offsets.
  expect(deadletters(pipeline, ['list']).stdout).toContain('No dead letters.');
  expect(deadletters(pipeline, ['replay', '--yes']).exitCode).toBe(0);
});

test('a dead-letter record whose topic was deleted is put back', async () => {
  const pipeline = spansPipeline();
  const gone = uniqueName('gone');
  await createTopic(testBroker(), pipeline.deadLetters);
  await produce(testBroker(), [
    {
      topic: pipeline.deadLetters,
      value: null,
      headers: {
        '__streams.errors.topic': gone,
        '__streams.errors.partition': '0',
        '__streams.errors.offset': '7',
        'otelrows.dead_letter.reason': 'bytes_limit',
        'otelrows.dead_letter.time': new Date().toISOString(),
        'otelrows.dead_letter.value_left_out_bytes': '9000000',
      },
    },
  ]);
  const replayed = deadletters(pipeline, ['replay', '--yes'], {
    inputs: [{ topic: gone, signal: 'traces' }],
  });
  expect(replayed.stderr).toContain('1 were put back');
  expect(await readAll(testBroker(), pipeline.deadLetters)).toHaveLength(2);
});

test('another record at the place of the one that a dead letter could not hold is not replayed', async () => {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input);
  await createTopic(testBroker(), pipeline.deadLetters);
  await produce(testBroker(), [{ topic: pipeline.input, value: spansRequest(0, 3) }]);
  await produce(testBroker(), [
    {
      topic: pipeline.deadLetters,
      value: null,
      headers: {
        '__streams.errors.topic': pipeline.input,
        '__streams.errors.partition': '0',
        '__streams.errors.offset': '0',
        'otelrows.dead_letter.reason': 'bytes_limit',
        'otelrows.dead_letter.time': new Date().toISOString(),
        'otelrows.dead_letter.value_left_out_bytes': '9000000',
      },
    },
  ]);

  const replayed = deadletters(pipeline, ['replay', '--yes']);
  expect(replayed.stderr).toMatch(/-0 offset 0 is not the record .*: its value has \d+ bytes, not 9000000\./);
  expect(replayed.stderr).toContain('1 were put back, because another record stands where theirs stood');
  expect(await readAll(testBroker(), pipeline.deadLetters)).toHaveLength(2);
  expect(deadletters(pipeline, ['list']).stdout).toContain('1 dead letters: bytes_limit 1.');
});

test('dead letters that another program has in the topic are counted, and nothing is done with them', async () => {
  const pipeline = spansPipeline();
  await processed(pipeline, [spansRequest(0, 3), Buffer.from('not a request')]);
  await produce(testBroker(), [
    {
      topic: pipeline.deadLetters,
      value: spansRequest(10, 3),
      headers: {
        '__streams.errors.exception': 'org.apache.kafka.common.errors.SerializationException',
        '__streams.errors.topic': pipeline.input,
        '__streams.errors.partition': '0',
        '__streams.errors.offset': '0',
      },
    },
  ]);

  const said = '1 other message in the topic: no dead letters of otelrows.';
  expect(deadletters(pipeline, ['list']).stdout).toContain(`1 dead letters: malformed 1.\n${said}`);
  const json = deadletters(pipeline, ['list', '--json']);
  expect(json.stdout.trim().split('\n')).toHaveLength(1);
  expect(json.stderr).toContain(said);
  const compared = otelrows(['verify', '--config', write('verify.json', JSON.stringify(pipeline.settings))]);
  expect([compared.exitCode, compared.stdout]).toEqual([0, expect.stringContaining('1 message')]);

  const replayed = deadletters(pipeline, ['replay', '--yes']);
  expect(replayed.stderr).toContain('0 dead letters replayed (0 rows), 1 refused again.');
  expect(replayed.stderr).toContain(`${said} They were left where they are.`);
  // Ours is refused once more; theirs is there once, as before.
  expect(await readAll(testBroker(), pipeline.deadLetters)).toHaveLength(3);
  expect(await spanIds(pipeline.output)).toEqual(idsUpTo(3));
});
