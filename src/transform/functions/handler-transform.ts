import { rowBytesMax } from '../../encodings/row-bytes-max.js';
import { PoisonRecord } from '../../errors.js';
import type { RowKind } from '../../tables/columns.js';
import { decodeRecord } from '../decode/decode-record.js';
import type { Signal } from '../decode/otlp.js';
import { itemsOf } from '../explode/items.js';
import { limitsOf } from '../plain-rows.js';
import { routesOf } from '../route.js';
import { NO_RECORD } from '../steps/context.js';
import { suspicionOf } from '../suspicion.js';
import type { AsyncTransformRecord, OutputMessage, TransformSettings } from '../transform-record.js';
import { type Handler, rowAndKey } from './define.js';
import { failureText } from './function-failure.js';
import { contextLog, type FunctionLog } from './function-log.js';
import { otlpJson } from './otlp-json.js';
import { withinTime } from './within-time.js';

/** The function of a module that makes rows of whole requests. */
export interface HandlerParts {
  readonly name: string;
  readonly moduleUrl: string;
  readonly handler: Handler;
  readonly log: FunctionLog;
  readonly timeoutMs: number;
}

/** The kind of row whose topic takes what a handler makes of a signal. */
export const HANDLER_KINDS: Readonly<Record<Signal, RowKind>> = {
  traces: 'traces',
  logs: 'logs',
  metrics: 'sum',
};

const NO_BYTES = Buffer.alloc(0);

/**
 * The transform of which a user's function is all: a request goes in as OTLP/JSON, and what comes out are the rows, as JSON. They are the
 * items that are counted; where none come out, the items of the request are, as dropped.
 *
 * @throws (the transform) PoisonRecord when the function fails.
 */
export function createHandlerTransform(
  settings: TransformSettings,
  parts: HandlerParts,
): AsyncTransformRecord {
  const { name, moduleUrl, handler, timeoutMs } = parts;
  const routes = routesOf(settings);
  const limits = limitsOf(settings);
  const bytesMax = rowBytesMax(settings);

  return async (signal, encoding, value, record = NO_RECORD) => {
    const decoded = decodeRecord(signal, encoding, value, limits);
    let itemCount = 0;
    for (const _ of itemsOf(decoded)) itemCount++;
    const tally = { name, matched: 0, changed: 0, dropped: 0, failed: 0 };
    const steps = { tallies: [tally], failedItems: [] };
    if (itemCount === 0) {
      const suspicion = suspicionOf(decoded);
      return { messages: [], itemCount, filteredCount: 0, steps, ...(suspicion ? { suspicion } : {}) };
    }
    const { enabled, topic } = routes[HANDLER_KINDS[decoded.signal]];
    if (!enabled) return { messages: [], itemCount, filteredCount: itemCount, steps };

    const log = contextLog(parts.log, () => record);
    let made: { text: string; key: string | null }[];
    try {
      const returned = await withinTime(handler(otlpJson(decoded), log), timeoutMs);
      made = rowsOf(returned).map((one, index) => {
        const { row, key } = rowAndKey(one);
        return { text: rowText(row, index), key };
      });
    } catch (error) {
      throw new PoisonRecord('handler_failed', `${name}: ${failureText(error, moduleUrl)}`);
    }
    tally.matched = itemCount;
    if (made.length === 0) {
      tally.dropped = itemCount;
      return { messages: [], itemCount, filteredCount: itemCount, steps };
    }
    const messages = made.map(({ text, key: keyText }, itemIndex): OutputMessage => {
      const value = Buffer.from(text);
      const key = keyText === null ? null : Buffer.from(String(keyText));
      return value.length > bytesMax
        ? { topic, key, itemIndex, value: NO_BYTES, tooLargeBytes: bytesMax }
        : { topic, key, itemIndex, value };
    });
    return { messages, itemCount: messages.length, filteredCount: 0, steps };
  };
}

function rowsOf(made: unknown): readonly unknown[] {
  if (made === undefined || made === null) return [];
  return Array.isArray(made) ? made : [made];
}

/** @throws TypeError for what is no row. */
function rowText(row: unknown, index: number): string {
  const isObject = typeof row === 'object' && row !== null && !Array.isArray(row);
  if (!isObject || Object.keys(row).length === 0) {
    const what = isObject
      ? 'an empty object'
      : row === null
        ? 'null'
        : Array.isArray(row)
          ? 'a list'
          : `a ${typeof row}`;
    throw new TypeError(
      `handler returned ${what} as row ${index}: return an object with a member for each column, a list of such, or nothing`,
    );
  }
  return JSON.stringify(row, (_, value) => {
    // ClickHouse reads integers also from texts, and JSON's numbers would lose digits of theirs.
    if (typeof value === 'bigint') return String(value);
    return value instanceof Map ? Object.fromEntries(value) : value;
  });
}
