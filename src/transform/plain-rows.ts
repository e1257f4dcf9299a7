import type { Config } from '../config/schema.js';
import { type RowEncoding, RowTooLarge } from '../encodings/encoding.js';
import { encodingsOf } from '../encodings/encodings-of.js';
import { rowBytesMax } from '../encodings/row-bytes-max.js';
import { PoisonRecord } from '../errors.js';
import type { Row } from '../tables/row.js';
import { type DecodedRequest, decodeRecord, type InputEncoding } from './decode/decode-record.js';
import { type Limits, memoryBytesMax } from './decode/limits.js';
import type { Signal } from './decode/otlp.js';
import { createExplode } from './explode/explode.js';
import type { Item } from './explode/items.js';
import { SHAPES } from './explode/shapes.js';
import { routesOf } from './route.js';
import { withSteps } from './steps/apply-effects.js';
import type { StepRun } from './steps/run-steps.js';
import { suspicionOf } from './suspicion.js';
import type { OutputMessage, TransformedRecord, TransformSettings } from './transform-record.js';

/** What a message takes beside its key and value, in bytes: estimated. */
const MESSAGE_BYTES = 300;

const NO_BYTES = Buffer.alloc(0);

/** What becomes of an item: a row, none, or rows of these items. */
export type ItemFate = boolean | readonly Item[];

/** The rows of a record, as they are made. */
export interface PlainRows {
  readonly decoded: DecodedRequest;
  /**
   * Makes the rows of the next item.
   *
   * @param decide what becomes of it, by its number. It is not asked about items whose kind is switched off.
   */
  add(item: Item, decide: (index: number) => ItemFate): void;
  finish(): TransformedRecord;
}

/**
 * Makes rows by the plain engine.
 *
 * One walk yields row, key and topic together: they are made from the same item, so none can go astray.
 *
 * @returns throws PoisonRecord, as its rows do.
 */
export function plainRows(
  settings: TransformSettings,
  run: StepRun | null,
): (signal: Signal, encoding: InputEncoding, value: Uint8Array) => PlainRows {
  const limits = limitsOf(settings);
  const bytesMax = memoryBytesMax(limits);
  const shape = SHAPES[settings.row_format];
  const routes = routesOf(settings);
  const encodings = encodingsOf(settings);
  const tooLargeBytes = rowBytesMax(settings);

  return (signal, encoding, value) => {
    const messages: OutputMessage[] = [];
    /** Of items that make several rows, all rows but the first: the items they are of have their numbers already. */
    const further: OutputMessage[] = [];
    let itemCount = 0;
    let filteredCount = 0;
    const decoded = decodeRecord(signal, encoding, value, limits);
    let bytes = decoded.memoryBytes;
    const explode = createExplode(shape);

    const addRow = (item: Item, itemIndex: number): OutputMessage => {
      const { topic, keyOf } = routes[item.kind];
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
      return message;
    };

    return {
      decoded,
      add: (item, decide) => {
        const itemIndex = itemCount++;
        if (!routes[item.kind].enabled) {
          filteredCount++;
          return;
        }
        const fate = decide(itemIndex);
        if (fate === true) addRow(item, itemIndex);
        else if (fate !== false) {
          const [, ...others] = fate.map(one => addRow(one, itemIndex));
          further.push(...others);
        }
      },
      finish: () => {
        // They count as items behind those of the record: no row may have the number, and so the id, of another one.
        for (const message of further) {
          run?.shareEffects(message.itemIndex, itemCount);
          message.itemIndex = itemCount++;
        }
        const suspicion = itemCount === 0 ? suspicionOf(decoded) : undefined;
        const made = { messages, itemCount, filteredCount, ...(suspicion ? { suspicion } : {}) };
        return run ? withSteps(made, run, encodings) : made;
      },
    };
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

/** Every row repeats the attributes of its resource, so a small record can become rows beyond all memory. */
function rowsTooLarge(itemIndex: number, bytesMax: number): PoisonRecord {
  return new PoisonRecord(
    'bytes_limit',
    `the decoded record and the rows of its first ${itemIndex + 1} items would take more than ${bytesMax} bytes of memory, ` +
      'which is the bound for one record',
  );
}

/** What a record may be, as the settings say. */
export function limitsOf({ limits }: Pick<Config, 'limits'>): Limits {
  return {
    maxNesting: limits.max_nesting,
    maxItems: limits.max_items,
    maxRecordBytes: limits.max_record_bytes,
  };
}
