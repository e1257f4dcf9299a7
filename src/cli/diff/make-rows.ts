import type { Config } from '../../config/schema.js';
import { encodingsByTopic } from '../../encodings/encodings-of.js';
import type { PoisonRecord } from '../../errors.js';
import { loadTransform } from '../../load-transform.js';
import { processRecord } from '../../messages/process-record.js';
import type { AsyncStep, Verdict } from '../../transform/steps/step.js';
import type { OutputMessage } from '../../transform/transform-record.js';
import type { RecordSource } from '../records/record-source.js';
import { type RowValues, rowValues } from '../rows/row-values.js';

/** What a config makes of an item. */
export type Made =
  | { kind: 'row'; message: OutputMessage }
  | { kind: 'no_row'; why: string }
  /** `why` is the same for all that fails alike; `message` has what this one fails by. */
  | { kind: 'dead_letter'; why: string; message: string };

/** What a config makes of a record: of its items by their numbers, or nothing. */
export type MadeOfRecord =
  | { outcome: 'items'; itemCount: number; items: ReadonlyMap<number, Made> }
  | { outcome: 'dead_letter'; error: PoisonRecord };

/** A config, and what it makes of records. */
export interface Side {
  make(source: RecordSource): Promise<MadeOfRecord>;
  valuesOf(message: OutputMessage): RowValues;
}

/** @throws ConfigInvalid when a rule or the module lacks what it needs. @throws (`make`) a defect that a record is met by. */
export async function createSide(config: Config): Promise<Side> {
  let droppedBy = new Map<number, string>();
  const telling = (step: AsyncStep): AsyncStep => ({
    ...step,
    apply: (item, context) => {
      const { itemIndex } = context;
      const tell = (verdict: Verdict): Verdict => {
        if (verdict === 'drop') droppedBy.set(itemIndex, `${step.name} drops it`);
        else if (typeof verdict === 'object' && 'reason' in verdict)
          droppedBy.set(itemIndex, `${step.name} drops it: ${verdict.reason}`);
        return verdict;
      };
      const tellFailure = (error: unknown): never => {
        if (step.onError === 'drop') droppedBy.set(itemIndex, `${step.name} fails, and on_error drops it`);
        throw error;
      };
      try {
        const verdict = step.apply(item, context);
        return verdict instanceof Promise ? verdict.then(tell, tellFailure) : tell(verdict);
      } catch (error) {
        return tellFailure(error);
      }
    },
  });
  const transform = await loadTransform(config, 'lasting', undefined, telling);
  // Rows have no ids here, which would differ by nothing but the record.
  const encodingOf = encodingsByTopic({ ...config, row_id: 'none' });
  return {
    make: async ({ record, input }) => {
      droppedBy = new Map();
      const recordBytesMax = config.limits.max_record_bytes;
      const processed = await processRecord(record, { inputOf: () => input, transform, recordBytesMax });
      if (processed.outcome === 'poison') return { outcome: 'dead_letter', error: processed.error };
      if (processed.outcome === 'defect') throw processed.error;
      if (processed.outcome === 'too_slow') throw new Error(processed.message);
      const { messages, itemCount, steps } = processed.transformed;
      const items = new Map<number, Made>();
      for (const [itemIndex, why] of droppedBy) items.set(itemIndex, { kind: 'no_row', why });
      for (const { itemIndex, step, message } of steps?.failedItems ?? []) {
        items.set(itemIndex, { kind: 'dead_letter', why: `${step} fails`, message });
      }
      for (const message of messages) {
        const { itemIndex, tooLargeBytes } = message;
        items.set(
          itemIndex,
          tooLargeBytes === undefined
            ? { kind: 'row', message }
            : {
                kind: 'dead_letter',
                why: 'its row is too large',
                message: `it would have more than ${tooLargeBytes} bytes`,
              },
        );
      }
      return { outcome: 'items', itemCount, items };
    },
    valuesOf: message => rowValues(message, encodingOf),
  };
}

/** Of items that no step has dropped: handlers return no row, and are no step. */
export const NO_ROW: Made = { kind: 'no_row', why: 'its kind is switched off, or the handler makes none' };

/** Rows beyond the first that a function makes of an item count as items behind those of the record. */
export const NO_SUCH_ITEM: Made = { kind: 'no_row', why: 'it is one more that a function makes of an item' };
