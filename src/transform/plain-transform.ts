import { addedColumnsOf } from '../encodings/added-columns.js';
import { itemsOf } from './explode/items.js';
import { plainRows } from './plain-rows.js';
import { refusalOf } from './refusal.js';
import { createStepRun } from './steps/run-steps.js';
import { SeveralRows } from './steps/several-rows.js';
import { createShow } from './steps/show-items.js';
import type { Step } from './steps/step.js';
import type { TransformRecord, TransformSettings } from './transform-record.js';

/**
 * The plain transform: decode, explode, route, encode. It is the reference that the kernel is held to, and takes what the
 * kernel does not.
 *
 * @throws (the transform) SeveralRows when a step makes several rows of the one item of a part of a record.
 */
export function createPlainTransform(
  settings: TransformSettings,
  steps: readonly Step[] = [],
): TransformRecord {
  const run = createStepRun(steps, addedColumnsOf(settings));
  const begin = plainRows(settings, run);
  const show = run && createShow();

  return (signal, encoding, value, record) => {
    try {
      run?.begin(record);
      const rows = begin(signal, encoding, value);
      // A part of a record cannot tell how the rows that come on top are to be numbered.
      const canCopy = record?.firstItem === undefined;
      for (const item of itemsOf(rows.decoded)) {
        rows.add(item, index => {
          if (!run?.isFor(item.kind) || !show) return true;
          const { view, copy, itemsBehind } = show(item);
          return itemsBehind(run.apply(item.kind, view, index, canCopy ? copy : undefined));
        });
      }
      if (run?.needsPlain()) throw new SeveralRows();
      return rows.finish();
    } catch (error) {
      throw refusalOf(error) ?? error;
    }
  };
}
