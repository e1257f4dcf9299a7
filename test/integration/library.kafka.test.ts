import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { stripTypes } from '../../src/user-modules/strip-types.js';
import { testBroker, uniqueName } from '../support/broker.js';
import { createTopic, produce, readAll } from '../support/kafka-client.js';
import { libraryExamples, needsKafka } from '../support/library-examples.js';
import { temporaryFiles } from '../support/temporary-files.js';
import { type Settings, spansPipeline, untilConsumed } from '../support/worker.js';

const write = temporaryFiles();

/**
 * What a program with a processor in it does: the processor runs until `until` is true of an event, and is closed. The state of
 * the process is looked at before the library is imported, and at the end.
 */
const program = (settings: Settings, options: string, until: string) => `
  import { syncBuiltinESMExports } from 'node:module';
  import v8 from 'node:v8';

  const called = [];
  const watch = (object, name) => {
    const own = object[name];
    object[name] = (...given) => {
      called.push(name);
      return own.apply(object, given);
    };
  };
  watch(v8, 'setFlagsFromString');
  for (const name of ['exit', 'reallyExit', 'kill', 'abort', 'chdir', 'setUncaughtExceptionCaptureCallback']) watch(process, name);
  syncBuiltinESMExports();
  const listeners = emitter => emitter.eventNames().map(name => [String(name), emitter.listenerCount(name)]).sort();
  const state = () => ({
    listeners: [process, process.stdout, process.stderr].map(listeners),
    environment: { ...process.env },
    folder: process.cwd(),
    globals: Object.getOwnPropertyNames(globalThis).sort(),
    exitCode: process.exitCode,
    called: [...called],
  });
  const before = state();

  const { createProcessor, loadConfig } = await import(${JSON.stringify(pathToFileURL('dist/index.js').href)});
  const { config } = loadConfig({ file: ${JSON.stringify(write(`${uniqueName('library')}.json`, JSON.stringify(settings)))} });
  const lines = [];
  const line = level => (fields, message) => lines.push({ level, message, ...fields });
  const logger = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
  const events = [];
  let met;
  const meets = new Promise(resolve => { met = resolve; });
  const onEvent = event => {
    events.push(event);
    if (${until}) met();
  };
  const processor = createProcessor({ config, onEvent, ${options} });
  const made = [processor.health(), processor.counters()];
  const ended = processor.run().then(() => null, error => String(error));
  await Promise.race([meets, ended]);
  const working = processor.health();
  await processor.close();
  const result = {
    made, working, lines, events, before,
    failure: await ended,
    closed: processor.health(),
    counters: processor.counters(),
    after: state(),
  };
  process.stderr.write(JSON.stringify(result));
`;

/** Runs it until it ends by itself: nothing of the library may keep a process alive. */
async function run(settings: Settings, options: string, until: string) {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program(settings, options, until)]);
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  expect(exitCode, stderr).toBe(0);
  return { ...JSON.parse(stderr), stdout };
}

const request = (...names: string[]) =>
  Buffer.from(
    JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: names.map(name => ({ name })) }] }] }),
  );

const OPTIONS = `logger, steps: [{
  name: 'mine',
  kinds: ['traces'],
  apply: span => {
    if (span.SpanName === 'bad') throw new Error('no such tenant');
    if (span.SpanName === 'secret') return 'drop';
    span.SpanName += '!';
    return 'change';
  },
}],`;

test('a processor has steps behind the rules, tells what happens, and changes nothing of its process', async () => {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input, { partitions: 1 });
  await produce(testBroker(), [{ topic: pipeline.input, value: request('a', 'probe', 'secret', 'bad') }]);
  const rule = {
    name: 'no-probes',
    for: ['traces'],
    when: { column: 'SpanName', in: ['probe'] },
    drop: true,
  };

  const { made, working, closed, failure, counters, events, lines, before, after, stdout } = await run(
    { ...pipeline.settings, transform: { rules: [rule] } },
    OPTIONS,
    `event.event === 'committed' && event.records > 0`,
  );

  expect(failure).toBeNull();
  expect(after).toEqual(before);
  expect(stdout).toBe('');
  expect(made).toMatchObject([
    { healthy: true, ready: false, problems: ['run() was not called yet'], phase: 'made' },
    { records: 0, steps: [{ name: 'no-probes' }, { name: 'mine' }] },
  ]);
  expect(working).toMatchObject({
    healthy: true,
    ready: true,
    problems: [],
    phase: 'working',
    partitions: 1,
  });
  expect(closed).toMatchObject({
    healthy: true,
    ready: false,
    problems: ['it has stopped'],
    phase: 'stopped',
  });
  expect(counters).toMatchObject({
    records: 1,
    rows: 1,
    filtered: 2,
    deadLetteredItems: 1,
    steps: [
      { name: 'no-probes', matched: 1, dropped: 1 },
      { name: 'mine', matched: 3, changed: 1, dropped: 1, failed: 1 },
    ],
  });
  const rows = await readAll(testBroker(), pipeline.output);
  expect(rows.map(({ value }) => JSON.parse(String(value)).SpanName)).toEqual(['a!']);

  const names = events.map(({ event }: { event: string }) => event);
  expect(names).toEqual(expect.arrayContaining(['connected', 'started', 'assigned', 'committed', 'stopped']));
  expect(events.find(({ event }: { event: string }) => event === 'dead_lettered')).toMatchObject({
    level: 'warn',
    topic: pipeline.input,
    partition: 0,
    offset: 0,
    stage: 'transform',
    reason: 'rule_failed',
    message: expect.stringContaining('no such tenant'),
  });
  const sorted = (told: object[]) => told.map(each => Object.entries(each).sort());
  expect(sorted(events)).toEqual(sorted(lines));
});

test('a listener that throws ends the run with its error, and the batch is committed all the same, with what steps waited for', async () => {
  const pipeline = spansPipeline();
  await createTopic(testBroker(), pipeline.input, { partitions: 1 });
  await produce(testBroker(), [{ topic: pipeline.input, value: request('a') }]);

  const { failure, closed, counters, before, after, stdout } = await run(
    { ...pipeline.settings, log: { format: 'pretty' } },
    `steps: [{ name: 'slow', isAsync: true, kinds: ['traces'], apply: async span => {
      await null;
      span.SpanName = 'b';
      return 'change';
    } }],`,
    `event.event === 'committed' && (() => { throw new Error('no disk for audits'); })()`,
  );

  expect(failure).toBe('Error: no disk for audits');
  expect(closed).toMatchObject({ healthy: false, ready: false, phase: 'failed', partitions: 0 });
  expect(closed.problems).toEqual(['run() failed: Error: no disk for audits']);
  expect(counters).toMatchObject({ records: 1, rows: 1, aborts: 0 });
  const rows = await readAll(testBroker(), pipeline.output);
  expect(rows.map(({ value }) => JSON.parse(String(value)).SpanName)).toEqual(['b']);
  // The logger of otelrows leaves the process as it is, too.
  expect(stdout).toContain('worker stopped: 1 records, 1 rows');
  expect(after).toEqual(before);
});

const EXAMPLES = [...libraryExamples()].filter(([, source]) => needsKafka(source));

test('there are examples of processors', () =>
  expect(EXAMPLES.map(([name]) => name)).toEqual(['worker.ts', 'steps.ts']));

test.concurrent.for(EXAMPLES)(
  'the example %s of docs/library.md runs until it is told to end',
  async ([name, source], { expect, onTestFinished }) => {
    const pipeline = spansPipeline();
    await createTopic(testBroker(), pipeline.input, { partitions: 1 });
    const tenant = { attributes: [{ key: 'tenant.id', value: { stringValue: 'Acme' } }] };
    const scopeSpans = [{ spans: [{ name: 'a' }] }];
    const value = JSON.stringify({ resourceSpans: [{ resource: tenant, scopeSpans }, { scopeSpans }] });
    await produce(testBroker(), [{ topic: pipeline.input, value }]);

    const folder = mkdtempSync(join(tmpdir(), 'otelrows-example-'));
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(resolve('.'), join(folder, 'node_modules/otelrows'));
    writeFileSync(join(folder, 'example.mjs'), await stripTypes(source, name));
    const child = spawn(process.execPath, ['example.mjs'], {
      cwd: folder,
      env: {
        ...process.env,
        OTELROWS_KAFKA_BROKERS: pipeline.brokers,
        OTELROWS_CONSUMER_GROUP_ID: pipeline.group,
        OTELROWS_INPUTS: JSON.stringify(pipeline.settings['inputs']),
        OTELROWS_TRACES_TOPIC_NAME: pipeline.output,
        OTELROWS_DEAD_LETTER_TOPIC_NAME: pipeline.deadLetters,
      },
    });
    onTestFinished(() => {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    });
    const [stdout, stderr, ended] = [text(child.stdout), text(child.stderr), once(child, 'close')];
    await Promise.race([untilConsumed(pipeline), ended]);
    child.kill('SIGTERM');
    const [exitCode] = await ended;

    expect(exitCode, await stderr).toBe(0);
    const rows = await readAll(testBroker(), pipeline.output);
    if (name === 'worker.ts') {
      expect(await stdout).toMatch(/^2 rows$/m);
      expect(rows).toHaveLength(2);
    } else {
      expect(await stdout).toMatch(/^1 rows in \d+ ms\n$/);
      expect(rows.map(({ value }) => JSON.parse(String(value)).SpanAttributes)).toEqual([{ tenant: 'acme' }]);
    }
  },
);
