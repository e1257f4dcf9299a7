import type { EncodingOfTopic } from '../encodings/encodings-of.js';
import type { Header } from '../kafka/ports.js';
import {
  type FittedMessages,
  fitMessages,
  headersBytes,
  type OversizePolicy,
} from '../messages/fit-messages.js';
import type { HeadersOf } from '../messages/headers.js';
import type { Message } from '../messages/message.js';
import type { MessageLimits } from '../messages/message-limits.js';
import type { ProcessedRecord } from '../messages/process-record.js';
import { type RowIdPlace, withRowIds } from '../messages/row-id.js';
import type { OutputMessage, TransformedRecord } from '../transform/transform-record.js';
import type { GatherRows } from './gather-rows.js';
import type { PackedMessage, PackRows } from './pack-rows.js';

/** What the rows of a record are sent as. */
export interface PreparedRows {
  headers: readonly Header[] | undefined;
  fitted: FittedMessages;
  /** Of `fitted`, in their order: each a row, or several packed. Without those that are gathered. */
  messages: readonly Message[];
  rowsOf(position: number): readonly OutputMessage[];
  /** Of `fitted`, in their order: rows whose messages hold rows of other records too. */
  gathered: readonly OutputMessage[];
}

export interface PrepareSettings {
  headersOf: HeadersOf;
  oversizePolicy: OversizePolicy;
  rowId: RowIdPlace;
  encodingOf: EncodingOfTopic;
}

/**
 * Rows with their ids, cut or sorted out by size, and packed. Pure, as the transform is.
 *
 * @throws Error when items would vanish by it: a defect, and better seen than committed.
 */
export function prepareRows(
  { record, signal, transformed }: ProcessedRecord & { outcome: 'rows' },
  settings: PrepareSettings,
  limits: MessageLimits,
  packRows: PackRows | null,
  gatherRows: Pick<GatherRows, 'takes'> | null,
): PreparedRows {
  checkItems(transformed);
  const headers = settings.headersOf(signal, record);
  const rows = withRowIds(transformed.messages, record, settings.rowId, settings.encodingOf);
  const fitted = fitMessages(rows, headers, limits, settings.oversizePolicy, settings.encodingOf);
  checkCount('sorted by size', fitted.fitting.length + fitted.tooLarge.length, rows.length);
  const { gathered, others } = separated(fitted.fitting, gatherRows);
  if (packRows === null) {
    return { headers, fitted, gathered, messages: others, rowsOf: at => others.slice(at, at + 1) };
  }
  const headerBytes = headersBytes(headers);
  const packed = packRows(others, topic => limits.bytesMaxOf(topic) - headerBytes);
  checkCount('packed', sumOf(packed), others.length);
  return { headers, fitted, gathered, messages: packed, rowsOf: at => packed[at]?.rows ?? [] };
}

const NO_ROWS: readonly OutputMessage[] = [];

/** Nearly always all rows of a record are of one kind, and nothing is copied. */
function separated(
  rows: readonly OutputMessage[],
  gatherRows: Pick<GatherRows, 'takes'> | null,
): { gathered: readonly OutputMessage[]; others: readonly OutputMessage[] } {
  if (gatherRows === null) return { gathered: NO_ROWS, others: rows };
  if (rows.every(({ topic }) => gatherRows.takes(topic))) return { gathered: rows, others: NO_ROWS };
  return {
    gathered: rows.filter(({ topic }) => gatherRows.takes(topic)),
    others: rows.filter(({ topic }) => !gatherRows.takes(topic)),
  };
}

function checkItems({ itemCount, filteredCount, messages, steps }: TransformedRecord): void {
  const failedCount = steps?.failedItems.length ?? 0;
  if (itemCount === messages.length + filteredCount + failedCount) return;
  throw new Error(
    `row counts do not add up: ${itemCount} items decoded, but ${messages.length} rows + ${filteredCount} filtered + ${failedCount} failed`,
  );
}

function checkCount(done: string, count: number, rowCount: number): void {
  if (count !== rowCount)
    throw new Error(`row counts do not add up: of ${rowCount} rows, ${count} were ${done}`);
}

function sumOf(packed: readonly PackedMessage[]): number {
  return packed.reduce((sum, { rows }) => sum + rows.length, 0);
}
