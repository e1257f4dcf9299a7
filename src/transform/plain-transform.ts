import { constants } from 'node:buffer';
import type { Config } from '../config/schema.js';
import { PoisonRecord } from '../errors.js';
import { decodeRecord } from './decode/decode-record.js';
import type { Limits } from './decode/limits.js';
import { encodersOf } from './encode/encoders.js';
import { explode } from './explode/explode.js';
import { SHAPES } from './explode/shape.js';
import { routesOf } from './route.js';
import { suspicionOf } from './suspicion.js';
import type { OutputMessage, TransformRecord, TransformSettings } from './transform-record.js';

/** The least bound on the bytes of all rows of one record: see `rowsBytesMaxOf`. */
const ROWS_BYTES_MAX = 256 * 1024 * 1024;

/**
 * The plain transform: decode, explode, route, encode. It is the reference that the kernel is held to, and takes what the
 * kernel does not.
 *
 * One walk yields row, key and topic together: they are made from the same item, so none can go astray.
 */
export function createPlainTransform(settings: TransformSettings): TransformRecord {
  const limits = limitsOf(settings);
  const rowsBytesMax = rowsBytesMaxOf(settings);
  const shape = SHAPES[settings.row_format];
  const routes = routesOf(settings);
  const encoders = encodersOf(settings);

  return refusingTooLongTexts((signal, encoding, value) => {
    const messages: OutputMessage[] = [];
    let itemCount = 0;
    let filteredCount = 0;
    let rowsBytes = 0;
    const decoded = decodeRecord(signal, encoding, value, limits);
    for (const { kind, resource, makeRow } of explode(decoded, shape)) {
      const itemIndex = itemCount++;
      const { enabled, topic, keyOf } = routes[kind];
      if (!enabled) {
        filteredCount++;
        continue;
      }
      const row = makeRow();
      const message = { topic, key: keyOf(row, resource), value: encoders[kind](row), itemIndex };
      messages.push(message);
      rowsBytes += message.value.length;
      if (rowsBytes > rowsBytesMax) throw rowsTooLarge(itemIndex, rowsBytesMax);
    }
    const suspicion = itemCount === 0 ? suspicionOf(decoded) : undefined;
    return { messages, itemCount, filteredCount, ...(suspicion ? { suspicion } : {}) };
  });
}

/**
 * One byte of a record can become many characters of a row, when it must be escaped and stands in more than one column.
 * So the text of a single row may need more characters than a string can have, and that must end neither the worker nor
 * its progress.
 */
function refusingTooLongTexts(transform: TransformRecord): TransformRecord {
  return (signal, encoding, value) => {
    try {
      return transform(signal, encoding, value);
    } catch (error) {
      if (!isTooLongForString(error)) throw error;
      const problem = `a row would have more than ${constants.MAX_STRING_LENGTH} characters, which is the bound for one row`;
      throw new PoisonRecord('bytes_limit', problem);
    }
  };
}

/** V8 has no code for it. A stack overflow is a RangeError, too, and a defect. */
function isTooLongForString(error: unknown): boolean {
  return error instanceof RangeError && error.message === 'Invalid string length';
}

/**
 * Every row repeats the attributes of its resource, so a small record with one large attribute and many empty items
 * would become more rows than there is memory. Usual rows are a few times larger than what they come from.
 */
function rowsBytesMaxOf({ limits }: Pick<Config, 'limits'>): number {
  return Math.max(ROWS_BYTES_MAX, 4 * limits.max_record_bytes);
}

function rowsTooLarge(itemIndex: number, rowsBytesMax: number): PoisonRecord {
  return new PoisonRecord(
    'bytes_limit',
    `the rows of the first ${itemIndex + 1} items have more than ${rowsBytesMax} bytes together, which is the bound for one record`,
  );
}

function limitsOf({ limits }: Pick<Config, 'limits'>): Limits {
  return {
    maxNesting: limits.max_nesting,
    maxItems: limits.max_items,
    maxRecordBytes: limits.max_record_bytes,
  };
}
