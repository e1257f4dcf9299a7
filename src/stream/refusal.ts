import type { EncodingOfTopic } from '../encodings/encodings-of.js';
import type { InputRecord } from '../kafka/ports.js';
import type { Problem } from '../messages/dead-letter.js';
import type { DeadLetterContent, ProcessedRecord } from '../messages/process-record.js';
import type { FailedItem } from '../transform/steps/run-steps.js';
import type { OutputMessage } from '../transform/transform-record.js';
import type { RefusedRow, RowSource } from './gather-rows.js';

/** Why a record, or items of it, become a dead letter, and how much of the record that shall hold. */
export interface Refusal {
  problem: Problem;
  keep: DeadLetterContent;
  /** Told with its stack: someone has to find out what is wrong with otelrows. */
  defect?: Error;
}

/** Of a record that has no rows. */
export function refusalOf(processed: Exclude<ProcessedRecord, { outcome: 'rows' }>): Refusal {
  switch (processed.outcome) {
    case 'poison': {
      const { reason, name, message } = processed.error;
      const [stage, errorClass] =
        reason === 'handler_failed' ? (['transform', 'HandlerFailed'] as const) : (['decode', name] as const);
      return { problem: { stage, reason, errorClass, message }, keep: 'all' };
    }
    case 'defect':
      return defectRefusal('decode', processed.error);
    case 'too_slow': {
      const { keep, message } = processed;
      const problem = { reason: 'transaction_timeout', errorClass: 'TransactionTimeout', message } as const;
      return { problem: { stage: 'send', ...problem }, keep };
    }
  }
}

/** Of a record at which otelrows has failed. */
export function defectRefusal(stage: Problem['stage'], defect: Error): Refusal {
  const problem = { stage, reason: 'defect', errorClass: defect.name, message: defect.message } as const;
  return { problem, keep: 'all', defect };
}

/** Of those rows of a record that no topic takes. */
export function tooLargeRefusal(
  tooLarge: readonly OutputMessage[],
  rowCount: number,
  encodingOf: EncodingOfTopic,
): Refusal {
  // Not Math.max(...): a record may hold more items than a call may have arguments.
  const largest = tooLarge.reduce((a, b) => (bytesOf(b) > bytesOf(a) ? b : a));
  const { topic, value, tooLargeBytes } = largest;
  const size =
    tooLargeBytes === undefined
      ? `has ${value.length} bytes${encodingOf(topic).describe(value)}`
      : `would have more than ${tooLargeBytes} bytes, so it was not even made`;
  const problem: Problem = {
    stage: 'send',
    reason: 'row_too_large',
    errorClass: 'RowTooLarge',
    message:
      `${tooLarge.length} of ${rowCount} rows are larger than producer.max_message_bytes or than their topic takes; ` +
      `the largest ${size}`,
    itemIndexes: tooLarge.map(({ itemIndex }) => itemIndex),
  };
  return { problem, keep: 'all' };
}

/** Of items that a step could not be done with: one for each step and what it says. */
export function failedItemRefusals(failedItems: readonly FailedItem[]): Refusal[] {
  const byMessage = new Map<string, { problem: Problem; itemIndexes: number[] }>();
  for (const { itemIndex, step, message, reason } of failedItems) {
    const said = `${step}: ${message}`;
    const known = byMessage.get(said);
    if (known) {
      known.itemIndexes.push(itemIndex);
      continue;
    }
    const itemIndexes = [itemIndex];
    const errorClass = reason === 'rule_failed' ? 'RuleFailed' : 'FunctionFailed';
    const problem: Problem = { stage: 'transform', reason, errorClass, message: said, itemIndexes };
    byMessage.set(said, { problem, itemIndexes });
  }
  return [...byMessage.values()].map(({ problem }) => ({ problem, keep: 'all' }));
}

/** Of rows of a batch that were gathered and then refused: one for each record, and one for each way in which they failed. */
export function refusalsOf(
  refused: readonly RefusedRow[],
  encodingOf: EncodingOfTopic,
): (Refusal & { record: InputRecord })[] {
  const bySource = new Map<RowSource, RefusedRow[]>();
  for (const row of refused) bySource.set(row.source, [...(bySource.get(row.source) ?? []), row]);
  return [...bySource].flatMap(([{ record, rowCount }, rows]) => {
    const tooLarge = rows.filter(({ defect }) => defect === null).map(({ row }) => row);
    const defects = rows.filter(({ defect }) => defect !== null);
    return [
      ...(tooLarge.length > 0 ? [{ record, ...tooLargeRefusal(tooLarge, rowCount, encodingOf) }] : []),
      ...defects.map(({ row, defect }) => ({ record, ...itemDefectRefusal(row, defect as Error) })),
    ];
  });
}

/** Of one row at which otelrows has failed. */
function itemDefectRefusal({ itemIndex }: OutputMessage, defect: Error): Refusal {
  const { problem, ...refusal } = defectRefusal('send', defect);
  return { ...refusal, problem: { ...problem, itemIndexes: [itemIndex] } };
}

function bytesOf({ value, tooLargeBytes = value.length }: OutputMessage): number {
  return tooLargeBytes;
}
