import { constants } from 'node:buffer';
import type { Config } from '../config/schema.js';
import { addedColumnsOf } from '../encodings/added-columns.js';
import { type RowEncoding, RowTooLarge } from '../encodings/encoding.js';
import { encodingsOf } from '../encodings/encodings-of.js';
import { rowBytesMax } from '../encodings/row-bytes-max.js';
import { PoisonRecord } from '../errors.js';
import type { Row } from '../tables/row.js';
import { decodeRecord } from './decode/decode-record.js';
import { type Limits, memoryBytesMax } from './decode/limits.js';
import { createExplode } from './explode/explode.js';
import { type Item, itemsOf } from './explode/items.js';
import { SHAPES } from './explode/shapes.js';
import { routesOf } from './route.js';
import { withSteps } from './steps/apply-effects.js';
import type { MovingView } from './steps/create-view.js';
import { createPlainViews } from './steps/plain-views.js';
import { createStepRun, type StepRun } from './steps/run-steps.js';
import type { Step } from './steps/step.js';
import { suspicionOf } from './suspicion.js';
import type { OutputMessage, TransformRecord, TransformSettings } from './transform-record.js';

/** What a message takes beside its key and value, in bytes: estimated. */
const MESSAGE_BYTES = 300;

const NO_BYTES = Buffer.alloc(0);

/**
 * The plain transform: decode, explode, route, encode. It is the reference that the kernel is held to, and takes what the
 * kernel does not.
 *
 * One walk yields row, key and topic together: they are made from the same item, so none can go astray.
 */
export function createPlainTransform(
  settings: TransformSettings,
  steps: readonly Step[] = [],
): TransformRecord {
  const limits = limitsOf(settings);
  const bytesMax = memoryBytesMax(limits);
  const shape = SHAPES[settings.row_format];
  const routes = routesOf(settings);
  const encodings = encodingsOf(settings);
  const tooLargeBytes = rowBytesMax(settings);
  const run = createStepRun(steps, addedColumnsOf(settings));
  const makesRow = run && showingTo(run);

  return refusingTooMuch((signal, encoding, value, record) => {
    run?.begin(record);
    const messages: OutputMessage[] = [];
    let itemCount = 0;
    let filteredCount = 0;
    const decoded = decodeRecord(signal, encoding, value, limits);
    let bytes = decoded.memoryBytes;
    const explode = createExplode(shape);
    for (const item of itemsOf(decoded)) {
      const itemIndex = itemCount++;
      const { enabled, topic, keyOf } = routes[item.kind];
      if (!enabled) {
        filteredCount++;
        continue;
      }
      if (makesRow && !makesRow(item, itemIndex)) continue;
      const { row, resource } = explode(item);
      const message = {
        topic,
        key: keyOf(row, resource),
        itemIndex,
        ...encoded(encodings[item.kind], row, tooLargeBytes),
      };
      messages.push(message);
      bytes += message.value.length + MESSAGE_BYTES;
      if (bytes > bytesMax) throw rowsTooLarge(itemIndex, bytesMax);
    }
    const suspicion = itemCount === 0 ? suspicionOf(decoded) : undefined;
    const made = { messages, itemCount, filteredCount, ...(suspicion ? { suspicion } : {}) };
    return run ? withSteps(made, run, encodings) : made;
  });
}

/** Shows items to the steps. Answers whether an item, which they may have changed, makes a row. */
function showingTo(run: StepRun): (item: Item, itemIndex: number) => boolean {
  const views = createPlainViews();
  return (item, itemIndex) => {
    if (!run.isFor(item.kind)) return true;
    const { view, show } = views[item.kind] as MovingView<Item>;
    show(item);
    return run.apply(item.kind, view, itemIndex);
  };
}

/** The value of a row's message, or that the row is too large for one. */
function encoded(
  encoding: RowEncoding,
  row: Row,
  tooLargeBytes: number,
): Pick<OutputMessage, 'value' | 'tooLargeBytes'> {
  try {
    return { value: encoding.encode(row) };
  } catch (error) {
    if (error instanceof RowTooLarge) return { value: NO_BYTES, tooLargeBytes };
    throw error;
  }
}

/** What the bounds on memory let pass, V8 may still refuse. That concerns the record and neither the worker nor its progress. */
function refusingTooMuch(transform: TransformRecord): TransformRecord {
  return (...record) => {
    try {
      return transform(...record);
    } catch (error) {
      throw refusalOf(error) ?? error;
    }
  };
}

/** V8 has no codes for its errors. */
function refusalOf(error: unknown): PoisonRecord | undefined {
  if (!(error instanceof RangeError)) return undefined;
  switch (error.message) {
    case 'Invalid string length':
      return new PoisonRecord(
        'bytes_limit',
        `a text would have more than ${constants.MAX_STRING_LENGTH} characters`,
      );
    case 'Array buffer allocation failed':
      return new PoisonRecord('bytes_limit', 'there is not enough memory for what the record becomes');
    case 'Maximum call stack size exceeded':
      return new PoisonRecord('nesting_limit', 'values are nested deeper than the stack allows');
    default:
      return undefined;
  }
}

/** Every row repeats the attributes of its resource, so a small record can become rows beyond all memory. */
function rowsTooLarge(itemIndex: number, bytesMax: number): PoisonRecord {
  return new PoisonRecord(
    'bytes_limit',
    `the decoded record and the rows of its first ${itemIndex + 1} items would take more than ${bytesMax} bytes of memory, ` +
      'which is the bound for one record',
  );
}

function limitsOf({ limits }: Pick<Config, 'limits'>): Limits {
  return {
    maxNesting: limits.max_nesting,
    maxItems: limits.max_items,
    maxRecordBytes: limits.max_record_bytes,
  };
}
