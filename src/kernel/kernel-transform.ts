import type { Config } from '../config/schema.js';
import { PoisonRecord } from '../errors.js';
import { ROW_KINDS } from '../tables/columns.js';
import { encodingOf } from '../transform/decode/decode-record.js';
import { SIGNALS, type Signal } from '../transform/decode/otlp.js';
import { hashOf } from '../transform/explode/resource.js';
import type { KeyStrategy } from '../transform/key.js';
import { routesOf } from '../transform/route.js';
import type {
  MessageLifetime,
  OutputMessage,
  TransformedRecord,
  TransformRecord,
  TransformSettings,
} from '../transform/transform-record.js';
import { createInstance, type KernelInstance, REJECTED } from './instance.js';
import { writeJsonSchema } from './json-schema.js';
import { writeLiterals } from './literals.js';
import { writePowersOfTen } from './powers-of-ten.js';

/**
 * The fast transform: the kernel for what it takes, `plain` for all else.
 *
 * @param lifetime of the keys and values of messages.
 */
export function createKernelTransform(
  settings: TransformSettings,
  lifetime: MessageLifetime,
  plain: TransformRecord,
): TransformRecord {
  if (!isCovered(settings)) return plain;
  let kernel: Kernel | null = null;

  return (signal, encoding, value) => {
    try {
      kernel ??= createKernel(settings, lifetime);
      const transformed = kernel(signal, encodingOf(encoding, value), value);
      if (transformed) return transformed;
    } catch (error) {
      // One that cannot be made is not tried again with each record. Of one that was made the code went wrong, and what it
      // left in its memory is not to be trusted.
      kernel = kernel === null ? takesNothing : null;
      return tellingOf(String(error), () => plain(signal, encoding, value));
    }
    const transformed = plain(signal, encoding, value);
    // Where there is no item, there was nothing to be slow with.
    return transformed.itemCount === 0 ? transformed : { ...transformed, leftToPlain: true };
  };
}

const takesNothing: Kernel = () => null;

/** Tells of a failure of the kernel with what becomes of the record instead, be that rows or a dead letter. */
function tellingOf(kernelFailure: string, transform: () => TransformedRecord): TransformedRecord {
  try {
    return { ...transform(), kernelFailure };
  } catch (error) {
    if (error instanceof PoisonRecord) error.kernelFailure = kernelFailure;
    throw error;
  }
}

/**
 * Makes what the plain transform makes of a record, or null: it rejects what is malformed, goes beyond a limit
 * or is merely unusual, and leaves it to the plain transform to tell which.
 *
 * @throws WebAssembly.RuntimeError, RangeError: a defect. It must not be called again then.
 */
export type Kernel = (
  signal: Signal,
  encoding: 'otlp_proto' | 'otlp_json',
  value: Uint8Array,
) => TransformedRecord | null;

/** Compiles the kernel and gives it memory, so it is made when it is first needed. */
export function createKernel(settings: TransformSettings, lifetime: MessageLifetime): Kernel {
  const instance = createInstance();
  configure(instance, settings);
  const routes = routesOf(settings);
  const topics = ROW_KINDS.map(kind => routes[kind].topic);
  const { inputBytesMax } = instance.places;
  const bytesMax = {
    otlp_proto: Math.min(inputBytesMax, settings.limits.max_record_bytes),
    otlp_json: Math.min(inputBytesMax * JSON_EXPANSION, settings.limits.max_record_bytes),
  };

  return (signal, encoding, value) => {
    if (value.length > bytesMax[encoding]) return null;
    try {
      explode[encoding](instance, SIGNALS.indexOf(signal), value);
    } catch (error) {
      if (error === REJECTED) return null;
      throw error;
    }
    // Why a record holds no item is for the plain transform to tell.
    if (instance.exports.itemCount.value === 0 && value.length > 0) return null;
    return readRows(instance, topics, settings[signal].key, lifetime);
  };
}

/** Whether the kernel makes the rows that the settings ask for. */
export function isCovered(settings: TransformSettings): boolean {
  return settings.row_format === 'clickhouse';
}

/** In the order in which the kernel numbers them, as `SIGNALS` is. */
const TIME_FORMATS: readonly Config['time_format'][] = ['exact', 'text', 'rfc3339'];
const KEYS: readonly KeyStrategy[] = ['none', 'trace_id', 'service_name', 'resource_hash'];

/** JSON takes about twice the bytes of protobuf; with much whitespace more, which is left to the plain transform. */
const JSON_EXPANSION = 4;

/** Numbers of 32 bits in the list of rows, for each row. */
const ROW_NUMBERS = 6;

function configure(instance: KernelInstance, settings: TransformSettings): void {
  const { limits, time_format, metric_time, traces, logs, metrics } = settings;
  const { setLimits, setTimes, setKinds, setKeys } = instance.exports;
  const routes = routesOf(settings);
  setLimits(limits.max_nesting, limits.max_items);
  setTimes(TIME_FORMATS.indexOf(time_format), Number(metric_time === 'nanoseconds'));
  setKinds(ROW_KINDS.reduce((bits, kind, i) => bits | (routes[kind].enabled ? 1 << i : 0), 0));
  setKeys(KEYS.indexOf(traces.key), KEYS.indexOf(logs.key), KEYS.indexOf(metrics.key));
  writeLiterals(instance, metric_time);
  writePowersOfTen(instance);
  writeJsonSchema(instance, SIGNALS);
}

/** Makes the rows of a record of each encoding, in the instance's memory. */
const explode = {
  otlp_proto({ exports, places, bytes }: KernelInstance, signal: number, value: Uint8Array) {
    bytes().set(value, places.input);
    exports.explode(signal, value.length);
  },
  otlp_json({ exports, bytes }: KernelInstance, signal: number, value: Uint8Array) {
    const text = exports.reserveText(value.length);
    bytes().set(value, text);
    exports.explodeText(signal, value.length);
  },
};

/** The messages that the kernel's list of rows tells of. */
function readRows(
  instance: KernelInstance,
  topics: readonly string[],
  keyStrategy: KeyStrategy,
  lifetime: MessageLifetime,
): TransformedRecord {
  const { exports, places } = instance;
  const rowCount: number = exports.rowCount.value;
  const itemCount: number = exports.itemCount.value;
  const memory = instance.bytes();
  const numbers = new Uint32Array(memory.buffer, places.rows, rowCount * ROW_NUMBERS);
  const end = rowCount === 0 ? places.output : (numbers[(rowCount - 1) * ROW_NUMBERS + 1] as number);
  const written = memory.subarray(places.output, end);
  // One copy of all, keys and rows: they are made as views of it in any case.
  const bytes = lifetime === 'lasting' ? Buffer.from(written) : written;

  const messages: OutputMessage[] = new Array(rowCount);
  let key: Buffer | null = null;
  let lastKeyStart = 0;
  for (let row = 0, i = 0; row < rowCount; row++, i += ROW_NUMBERS) {
    const keyStart = numbers[i + 2] as number;
    if (keyStart !== lastKeyStart) {
      const keyEnd = numbers[i + 3] as number;
      key = keyFrom(bytes.subarray(keyStart - places.output, keyEnd - places.output), keyStrategy);
      lastKeyStart = keyStart;
    }
    messages[row] = {
      topic: topics[numbers[i + 4] as number] as string,
      key,
      value: bytes.subarray(
        (numbers[i] as number) - places.output,
        (numbers[i + 1] as number) - places.output,
      ),
      itemIndex: numbers[i + 5] as number,
    };
  }
  return { messages, itemCount, filteredCount: itemCount - rowCount };
}

/** The kernel leaves hashing to the host, which does it once per resource. */
function keyFrom(text: Buffer, strategy: KeyStrategy): Buffer | null {
  if (strategy === 'resource_hash') return hashOf(text);
  return text.length === 0 ? null : text;
}
