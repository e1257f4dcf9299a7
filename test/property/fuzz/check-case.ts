import { isUtf8 } from 'node:buffer';
import { isDeepStrictEqual } from 'node:util';
import { encodeJson, encodeProtobuf } from '../../../src/demo/telemetry/encode-otlp.js';
import { decodeRecord, encodingOf } from '../../../src/transform/decode/decode-record.js';
import { DEFAULT_LIMITS } from '../../../src/transform/decode/limits.js';
import type { RequestBySignal } from '../../../src/transform/decode/otlp.js';
import { routesOf } from '../../../src/transform/route.js';
import type { TransformSettings } from '../../../src/transform/transform-record.js';
import { caseText, type FuzzCase } from './fuzz-case.js';
import type { HangWatch } from './hang-watch.js';
import { type Outcome, outcomeOf, outcomeText, rowsText } from './outcome.js';
import { prototypes } from './prototypes.js';
import { variantOf } from './variants.js';

type Rows = Extract<Outcome, { kind: 'rows' }>;

/** Bytes around a record that stands in the middle of a larger buffer; whoever reads them makes other rows. */
const GUARD_BYTES = 64;

/**
 * What holds for every record, whatever it is: see the tests that call it.
 *
 * @returns what became of the record.
 * @throws Error that tells what does not hold.
 */
export function checkCase(fuzzed: FuzzCase, watch: HangWatch): Outcome {
  watch.begin(caseText(fuzzed));
  try {
    return checkWatched(fuzzed);
  } finally {
    watch.end();
  }
}

function checkWatched(fuzzed: FuzzCase): Outcome {
  const { signal, encoding, value, variant } = fuzzed;
  const { settings, transforms } = variantOf(variant);
  const before = prototypes();
  const original = Buffer.from(value);
  let expected: Outcome | undefined;
  for (const { name, transform } of transforms) {
    const outcome = outcomeOf(transform, signal, encoding, value);
    const again = outcomeOf(transform, signal, encodingOf(encoding, value), amongOtherBytes(value));
    expectSame(`${name}, a second time and in the middle of a larger buffer`, again, outcome);
    if (outcome.kind === 'rows') checkRows(outcome, settings);
    expected ??= outcome;
    expectSame(`${name}, compared to ${transforms[0]?.name}`, outcome, expected);
    if (fuzzed.sameRowsAs) {
      const same = outcomeOf(transform, signal, encoding, fuzzed.sameRowsAs);
      expectSame(`${name}, compared to the request that means the same`, outcome, same, rowsText);
    }
    if (outcome.kind === 'rows' && settings.limits.max_record_bytes > LARGEST_CASE_BYTES) {
      for (const [codec, encoded] of reencoded(fuzzed)) {
        const same = outcomeOf(transform, signal, codec, encoded);
        expectSame(`${name}, decoded and encoded again in ${codec}`, same, outcome, rowsText);
      }
    }
  }
  if (!original.equals(value)) throw new Error('the transform has changed the record');
  if (!isDeepStrictEqual(prototypes(), before)) throw new Error('a prototype has changed');
  if (expected === undefined) throw new Error('there is no transform');
  return expected;
}

/** Cases stay far below; what they become in the other encoding must be below the limit as well. */
const LARGEST_CASE_BYTES = 8 * 1024 * 1024;

/** Every item is a row or filtered, rows come in order, and each is one line of JSON with the columns of its topic. */
function checkRows({ messages, itemCount, filteredCount }: Rows, settings: TransformSettings): void {
  if (messages.length + filteredCount !== itemCount) {
    throw new Error(`${itemCount} items, but ${messages.length} rows and ${filteredCount} filtered`);
  }
  if (itemCount > settings.limits.max_items) throw new Error(`${itemCount} items are more than the limit`);
  const routes = Object.values(routesOf(settings)).filter(({ enabled }) => enabled);
  const columnsOfTopic = new Map<string, string>();
  let last = -1;
  for (const { topic, key, value, itemIndex } of messages) {
    if (!(itemIndex > last && itemIndex < itemCount)) {
      throw new Error(`item ${itemIndex} of ${itemCount} comes after item ${last}`);
    }
    last = itemIndex;
    if (!routes.some(route => route.topic === topic)) throw new Error(`nothing is routed to ${topic}`);
    if (key?.length === 0) throw new Error('an empty key is no key');
    if (!isUtf8(value)) throw new Error('a row is not UTF-8');
    if (value.includes('\n')) throw new Error('a row has more than one line');
    const columns = Object.keys(JSON.parse(value.toString())).join();
    if (columns !== (columnsOfTopic.get(topic) ?? columns)) throw new Error(`other columns: ${columns}`);
    columnsOfTopic.set(topic, columns);
  }
}

/** The request in both encodings, as our own encoders write it. */
function reencoded({ signal, encoding, value, variant }: FuzzCase) {
  const limits = { ...DEFAULT_LIMITS, maxNesting: variantOf(variant).settings.limits.max_nesting };
  // The encoders are generic in the signal, which is only known at run time.
  const request = decodeRecord(signal, encoding, value, limits).request as RequestBySignal[typeof signal];
  return [
    ['otlp_proto', encodeProtobuf(signal, request)],
    ['otlp_json', encodeJson(signal, request)],
  ] as const;
}

function amongOtherBytes(value: Buffer): Buffer {
  const around = Buffer.alloc(value.length + 2 * GUARD_BYTES, 0x0a);
  value.copy(around, GUARD_BYTES);
  return around.subarray(GUARD_BYTES, GUARD_BYTES + value.length);
}

function expectSame(what: string, actual: Outcome, expected: Outcome, textOf = outcomeText): void {
  const [actualText, expectedText] = [textOf(actual), textOf(expected)];
  if (actualText === expectedText) return;
  let at = 0;
  while (actualText[at] === expectedText[at]) at++;
  const excerpt = (text: string) => JSON.stringify(text.slice(Math.max(0, at - 80), at + 80));
  throw new Error(
    `${what}: another outcome, at character ${at} ${excerpt(actualText)} instead of ${excerpt(expectedText)}`,
  );
}
