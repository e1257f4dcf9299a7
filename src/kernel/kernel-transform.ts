import type { Config } from '../config/schema.js';
import { addedColumnsOf } from '../encodings/added-columns.js';
import { encodingsOf } from '../encodings/encodings-of.js';
import { rowBytesMax } from '../encodings/row-bytes-max.js';
import { PoisonRecord } from '../errors.js';
import { ROW_KINDS, type RowKind } from '../tables/columns.js';
import { encodingOf } from '../transform/decode/decode-record.js';
import { SIGNALS, type Signal } from '../transform/decode/otlp.js';
import { hashOf } from '../transform/explode/resource.js';
import type { KeyStrategy } from '../transform/key.js';
import { routesOf } from '../transform/route.js';
import { reusedMemory, withSteps } from '../transform/steps/apply-effects.js';
import { NO_RECORD, type RecordContext } from '../transform/steps/context.js';
import { addOutcome, createStepRun } from '../transform/steps/run-steps.js';
import { SeveralRows } from '../transform/steps/several-rows.js';
import type { Step } from '../transform/steps/step.js';
import {
  type MessageLifetime,
  type OutputMessage,
  PLAIN_REASONS,
  type PlainItems,
  type PlainReason,
  type TransformedRecord,
  type TransformRecord,
  type TransformSettings,
} from '../transform/transform-record.js';
import { createInstance, type KernelInstance, Rejected } from './instance.js';
import { writeJsonSchema } from './json-schema.js';
import {
  type LeftItem,
  type LeftItemPlaces,
  leftItemBytes,
  leftItemTaker,
  requestOfOne,
} from './left-items.js';
import { writeOps } from './ops.js';
import { writePowersOfTen } from './powers-of-ten.js';
import { createShowItems } from './show-items.js';

/**
 * The fast transform: the kernel for what it takes, `plain` for all else.
 *
 * @param lifetime of the keys and values of messages.
 * @param plain the plain transform, with the same steps.
 */
export function createKernelTransform(
  settings: TransformSettings,
  lifetime: MessageLifetime,
  plain: TransformRecord,
  steps: readonly Step[] = [],
): TransformRecord {
  let kernel: Kernel | null = null;

  return (signal, encoding, value, record) => {
    let left: PlainReason;
    try {
      kernel ??= createKernel(settings, lifetime, plain, steps);
      const transformed = kernel(signal, encodingOf(encoding, value), value, record);
      if (typeof transformed !== 'string') return transformed;
      left = transformed;
    } catch (error) {
      // One that cannot be made is not tried again with each record. Of one that was made the code went wrong, and what it
      // left in its memory is not to be trusted.
      kernel = kernel === null ? takesNothing : null;
      return tellingOf(String(error), () => plain(signal, encoding, value, record));
    }
    const transformed = plain(signal, encoding, value, record);
    // Where there is no item, there was nothing to be slow with.
    if (transformed.itemCount === 0) return transformed;
    return { ...transformed, plainItems: { [left]: transformed.itemCount } };
  };
}

const takesNothing: Kernel = () => 'kernel_failed';

/** Tells of a failure of the kernel with what becomes of the record instead, be that rows or a dead letter. */
function tellingOf(kernelFailure: string, transform: () => TransformedRecord): TransformedRecord {
  try {
    const transformed = transform();
    return { ...transformed, kernelFailure, plainItems: { kernel_failed: transformed.itemCount } };
  } catch (error) {
    if (error instanceof PoisonRecord) error.kernelFailure = kernelFailure;
    throw error;
  }
}

/**
 * Makes what the plain engine makes of a record. Items that are unusual it leaves to that one, and so it does with records
 * that are malformed or go beyond a limit: then it answers why, and the plain engine has to tell what is wrong.
 *
 * @throws WebAssembly.RuntimeError, RangeError: a defect. It must not be called again then.
 */
export type Kernel = (
  signal: Signal,
  encoding: 'otlp_proto' | 'otlp_json',
  value: Uint8Array,
  record?: RecordContext,
) => TransformedRecord | PlainReason;

/** Compiles the kernel and gives it memory, so it is made when it is first needed. */
export function createKernel(
  settings: TransformSettings,
  lifetime: MessageLifetime,
  plain: TransformRecord,
  steps: readonly Step[] = [],
): Kernel {
  const instance = createInstance();
  configure(instance, settings);
  const routes = routesOf(settings);
  const topics = ROW_KINDS.map(kind => routes[kind].topic);
  const tooLargeBytes = rowBytesMax(settings);
  const run = createStepRun(steps, addedColumnsOf(settings));
  const showItems = run && createShowItems(instance, run, kind => routes[kind].enabled);
  const encodings = run && encodingsOf(settings);
  const allocate = lifetime === 'until_next_call' ? reusedMemory() : undefined;
  return (signal, encoding, value, record) => {
    if (value.length > Math.min(RECORD_BYTES_MAX[encoding], settings.limits.max_record_bytes))
      return 'too_large';
    const leftItems: Left[] = [];
    const takeLeftItem = leftItemTaker();
    let leftBytes = 0;
    const leave = (reason: PlainReason) => {
      const left = takeLeftItem(instance.bytes(), placesOfLeftItem(instance));
      leftBytes += leftItemBytes(left);
      if (leftBytes > LEFT_BYTES_MAX) return false;
      leftItems.push({ ...left, reason });
      return true;
    };
    const messages: OutputMessage[] = [];
    let rowsBytes = 0;
    let largestRow = 0;
    const take = (lasting: boolean) => {
      const read = readRows(instance, topics, settings[signal].key, lasting, messages);
      rowsBytes += read.bytes;
      largestRow = Math.max(largestRow, read.largestRow);
    };
    run?.begin(record);
    try {
      begin[encoding](instance, SIGNALS.indexOf(signal), value);
      let isFirst = lifetime === 'until_next_call';
      for (let more = true; more; ) {
        more = readItems(instance, leave);
        showItems?.();
        for (let moreRows = true; moreRows; ) {
          moreRows = instance.exports.writeRows() !== 0;
          // Rows of a record that is done in parts are overwritten by the next part.
          take(!isFirst || more || moreRows);
          isFirst = false;
          if (rowsBytes > ROWS_BYTES_MAX || largestRow > tooLargeBytes) return 'too_large';
        }
      }
    } catch (error) {
      if (error instanceof Rejected) return reasonOf(error);
      if (error instanceof SeveralRows) return 'several_rows';
      throw error;
    }
    const itemCount: number = instance.exports.itemCount.value;
    // Why a record holds no item is for the plain engine to tell.
    if (itemCount === 0 && value.length > 0) return 'unusual';
    const made = { messages, itemCount, filteredCount: itemCount - messages.length };
    const stepped = run && encodings ? withSteps(made, run, encodings, allocate) : made;
    if (leftItems.length === 0) return stepped;
    return withLeftItems(signal, { ...stepped, rowsBytes }, leftItems, plain, record);
  };
}

/** An item for the plain engine, and why it is left to it. */
type Left = LeftItem & { reason: PlainReason };

/**
 * Reads the items of a part.
 *
 * @param leave takes the item that is left for this reason; answers whether there is place for it.
 * @returns whether there are more.
 */
function readItems(instance: KernelInstance, leave: (reason: PlainReason) => boolean): boolean {
  const { readItems, readOn, leaveItem } = instance.exports;
  for (let read = readItems; ; read = readOn) {
    try {
      return read() !== 0;
    } catch (error) {
      if (!(error instanceof Rejected) || leaveItem() === 0 || !leave(reasonOf(error))) throw error;
    }
  }
}

/** Where the item that was left last lies. */
function placesOfLeftItem({ places, bytes }: KernelInstance): LeftItemPlaces {
  const memory = bytes();
  const at = (i: number) => memory.readUInt32LE(places.leftItem + 4 * i);
  const range = (i: number) => ({ start: at(2 * i), end: at(2 * i + 1) });
  return {
    resource: range(0),
    scope: range(1),
    metric: at(4) === 0 ? null : range(2),
    item: range(3),
    itemIndex: at(8),
  };
}

/**
 * Adds the rows that the plain engine makes of what the kernel left.
 *
 * @returns why the whole record is left, when one of its items is malformed, or goes beyond a limit, or all rows do.
 */
function withLeftItems(
  signal: Signal,
  { messages, itemCount, steps: stepsOfOthers, rowsBytes }: TransformedRecord & { rowsBytes: number },
  leftItems: readonly Left[],
  plain: TransformRecord,
  record: RecordContext = NO_RECORD,
): TransformedRecord | PlainReason {
  const all = [...messages];
  let bytes = rowsBytes;
  let steps = stepsOfOthers;
  const plainItems: PlainItems = {};
  for (const left of leftItems) {
    try {
      const request = requestOfOne(signal, left);
      const made = plain(signal, 'otlp_proto', request, { ...record, firstItem: left.itemIndex });
      for (const message of made.messages) {
        bytes += message.value.length;
        all.push({ ...message, itemIndex: left.itemIndex });
      }
      if (steps && made.steps) steps = addOutcome(steps, made.steps);
    } catch (error) {
      if (error instanceof PoisonRecord) return left.reason;
      if (error instanceof SeveralRows) return 'several_rows';
      throw error;
    }
    if (bytes > ROWS_BYTES_MAX) return 'too_large';
    plainItems[left.reason] = (plainItems[left.reason] ?? 0) + 1;
  }
  all.sort((a, b) => a.itemIndex - b.itemIndex);
  const filteredCount = itemCount - all.length - (steps?.failedItems.length ?? 0);
  return { messages: all, itemCount, filteredCount, plainItems, ...(steps ? { steps } : {}) };
}

function reasonOf({ reason }: Rejected): PlainReason {
  return PLAIN_REASONS[reason] ?? 'unusual';
}

/** In the order in which the kernel numbers them, as `SIGNALS` is. */
const TIME_FORMATS: readonly Config['time_format'][] = ['exact', 'text', 'rfc3339'];
const KEYS: readonly KeyStrategy[] = ['none', 'trace_id', 'service_name', 'resource_hash'];

/**
 * Of a record, in bytes: beside it the memory, which never shrinks, has to hold rows, and of one of JSON its protobuf form.
 * The rows of larger ones are mostly more than one record may have.
 */
const RECORD_BYTES_MAX = { otlp_proto: 40 * 1024 * 1024, otlp_json: 20 * 1024 * 1024 };

/** Of one record. Whether more is too much, the plain engine knows. */
const ROWS_BYTES_MAX = 64 * 1024 * 1024;

/** Of the items of one record that are left, each with what is around it, which the plain engine decodes for each again. */
const LEFT_BYTES_MAX = 16 * 1024 * 1024;

/** Numbers of 32 bits in the list of rows, for each row. */
const ROW_NUMBERS = 6;

function configure(instance: KernelInstance, settings: TransformSettings): void {
  const { limits, row_format, metric_time, traces, logs, metrics } = settings;
  const { setLimits, setTimes, setKinds, setKeys, setGlassflow } = instance.exports;
  const routes = routesOf(settings);
  const isGlassflow = row_format === 'glassflow';
  const timeFormat = isGlassflow ? 'text' : settings.time_format;
  setLimits(limits.max_nesting, limits.max_items);
  setTimes(TIME_FORMATS.indexOf(timeFormat), Number(metric_time === 'nanoseconds'));
  setGlassflow(Number(isGlassflow));
  const isNative = (kind: RowKind) => routes[kind].encoding === 'native';
  setKinds(
    kindBits(kind => routes[kind].enabled),
    kindBits(isNative),
  );
  setKeys(KEYS.indexOf(traces.key), KEYS.indexOf(logs.key), KEYS.indexOf(metrics.key));
  writeOps(instance, settings, isNative);
  writePowersOfTen(instance);
  writeJsonSchema(instance, SIGNALS);
}

/** A bit for each row kind of which it holds. */
function kindBits(holds: (kind: RowKind) => boolean): number {
  return ROW_KINDS.reduce((bits, kind, i) => bits | (holds(kind) ? 1 << i : 0), 0);
}

/** Begins with a record of each encoding, in the instance's memory. */
const begin = {
  otlp_proto({ exports, places, bytes }: KernelInstance, signal: number, value: Uint8Array) {
    exports.reserveInput(value.length);
    bytes().set(value, places.input);
    exports.begin(signal, value.length);
  },
  otlp_json({ exports, bytes }: KernelInstance, signal: number, value: Uint8Array) {
    // The protobuf form is nearly always shorter than the text.
    exports.reserveInput(value.length);
    const text = exports.reserveText(value.length);
    bytes().set(value, text);
    exports.beginText(signal, value.length);
  },
};

/**
 * Adds the messages that the kernel's list of rows tells of.
 *
 * @param lasting whether their bytes are needed longer than the kernel's memory holds them.
 * @returns how many bytes they have with their keys, and the largest row of them.
 */
function readRows(
  instance: KernelInstance,
  topics: readonly string[],
  keyStrategy: KeyStrategy,
  lasting: boolean,
  messages: OutputMessage[],
): { bytes: number; largestRow: number } {
  const { exports, places } = instance;
  const output: number = exports.output.value;
  const rowCount: number = exports.rowCount.value;
  const memory = instance.bytes();
  const numbers = new Uint32Array(memory.buffer, places.rows, rowCount * ROW_NUMBERS);
  const end = rowCount === 0 ? output : (numbers[(rowCount - 1) * ROW_NUMBERS + 1] as number);
  const written = memory.subarray(output, end);
  // One copy of all, keys and rows: they are made as views of it in any case.
  const bytes = lasting ? Buffer.from(written) : written;

  let key: Buffer | null = null;
  let lastKeyStart = 0;
  let largestRow = 0;
  for (let row = 0, i = 0; row < rowCount; row++, i += ROW_NUMBERS) {
    const keyStart = numbers[i + 2] as number;
    if (keyStart !== lastKeyStart) {
      const keyEnd = numbers[i + 3] as number;
      key = keyFrom(bytes.subarray(keyStart - output, keyEnd - output), keyStrategy);
      lastKeyStart = keyStart;
    }
    const start = numbers[i] as number;
    const rowEnd = numbers[i + 1] as number;
    if (rowEnd - start > largestRow) largestRow = rowEnd - start;
    messages.push({
      topic: topics[numbers[i + 4] as number] as string,
      key,
      value: bytes.subarray(start - output, rowEnd - output),
      itemIndex: numbers[i + 5] as number,
    });
  }
  return { bytes: written.length, largestRow };
}

/** The kernel leaves hashing to the host, which does it once per resource. */
function keyFrom(text: Buffer, strategy: KeyStrategy): Buffer | null {
  if (strategy === 'resource_hash') return hashOf(text);
  return text.length === 0 ? null : text;
}
