import { pathToFileURL } from 'node:url';
import { type Config, defaultConfig } from './config/schema.js';
import { createSteps } from './create-transform.js';
import { encodingsByTopic } from './encodings/encodings-of.js';
import { placesOf, transformBy } from './load-transform.js';
import { readInput } from './messages/read-input.js';
import { ROW_KINDS } from './tables/columns.js';
import type { Signal } from './transform/decode/otlp.js';
import type { Handler, TransformFunctions } from './transform/functions/define.js';
import { logToStderr } from './transform/functions/function-log.js';
import { type FunctionParts, stepOfFunctions } from './transform/functions/function-step.js';
import { createHandlerTransform } from './transform/functions/handler-transform.js';
import { parseExactJson } from './values/exact-json.js';
import { decodeText } from './values/text.js';

/** A record to try a transform with. */
export interface TestRecord {
  /** An OTLP request, as OTLP/JSON in objects, or as the bytes of a Kafka value. */
  input: object | Uint8Array;
  /** Default: told by the content. */
  signal?: Signal;
  /** Of the Kafka record. */
  headers?: Readonly<Record<string, string>>;
  topic?: string;
}

/** What became of a record. */
export interface TestedRecord {
  /** The columns of each row, by name, as `encoding: json` has them; integers beyond 2^53 as text. */
  rows: Record<string, unknown>[];
  /** Where each row goes. */
  messages: { topic: string; key: string | null; headers: Record<string, string> }[];
  /** Items without a row, by rule or by the reason that a function gave. */
  dropped: Record<string, number>;
  deadLetters: { item: number; message: string }[];
  /** What functions have counted. */
  counts: Record<string, number>;
}

/**
 * What functions make of a record, for tests: by the engines and with the checks of a worker, without Kafka. All kinds of rows are
 * switched on.
 *
 * @param transform what a module exports: functions by kind of row, or a handler.
 * @param config with other settings or rules, such as that of `loadConfig`. Rules are applied before.
 * @throws PoisonRecord when the input is no request, or the handler fails.
 *
 * @example
 *     const { rows, dropped } = await testTransform(transform, { input: { resourceSpans: [ … ] } });
 *     expect(rows).toMatchObject([{ SpanName: 'GET /users' }]);
 */
export async function testTransform(
  transform: TransformFunctions | Handler,
  { input, signal, headers = {}, topic = 'input' }: TestRecord,
  config: Config = withAllKinds(defaultConfig()),
): Promise<TestedRecord> {
  const transformRecord = transformOf(transform, config);
  const value = input instanceof Uint8Array ? Buffer.from(input) : Buffer.from(JSON.stringify(input));
  const recordHeaders = Object.entries(headers).map(([key, text]) => ({ key, value: Buffer.from(text) }));
  const read = readInput(
    { value, headers: recordHeaders },
    { topic, signal: signal ?? 'auto', encoding: 'auto', framing: 'auto' },
    config.limits.max_record_bytes,
  );
  const { messages, steps } = await transformRecord(read.signal ?? 'traces', read.encoding, read.value, {
    topic,
    partition: 0,
    offset: 0,
    timestampMs: null,
    headers: recordHeaders,
  });
  const encodingOf = encodingsByTopic({ ...config, row_id: 'none' });
  const { tallies = [], failedItems = [], counts = [], dropReasons = [] } = steps ?? {};
  const reasons = Object.fromEntries(dropReasons);
  const ofRules = tallies.filter(({ name, dropped }) => dropped > 0 && name !== NAME);
  return {
    rows: messages.map(
      ({ topic, value }) =>
        parseExactJson(encodingOf(topic).toJson(value) ?? '{}') as Record<string, unknown>,
    ),
    messages: messages.map(({ topic, key, headers = [] }) => ({
      topic,
      key: key && decodeText(key),
      headers: Object.fromEntries(headers.map(header => [header.key, decodeText(header.value)])),
    })),
    dropped: { ...Object.fromEntries(ofRules.map(({ name, dropped }) => [name, dropped])), ...reasons },
    deadLetters: failedItems.map(({ itemIndex, message }) => ({ item: itemIndex, message })),
    counts: Object.fromEntries(counts),
  };
}

/** The step of the functions. */
const NAME = 'transform';

function transformOf(transform: TransformFunctions | Handler, config: Config) {
  const common = {
    name: NAME,
    moduleUrl: pathToFileURL(`${process.cwd()}/`).href,
    log: logToStderr,
    timeoutMs: config.transform.function_timeout_ms,
  };
  if (typeof transform === 'function')
    return createHandlerTransform(config, { ...common, handler: transform });
  const parts = {
    ...common,
    functions: transform as FunctionParts['functions'],
    ...placesOf(config),
  };
  return transformBy(config, 'lasting', [...createSteps(config), stepOfFunctions(parts)]);
}

function withAllKinds(config: Config): Config {
  const outputs = { traces: config.traces, logs: config.logs, ...config.metrics };
  for (const kind of ROW_KINDS) outputs[kind].enabled = true;
  return config;
}
