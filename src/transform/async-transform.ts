import { addedColumnsOf } from '../encodings/added-columns.js';
import { type Item, itemsOf } from './explode/items.js';
import { type ItemFate, plainRows } from './plain-rows.js';
import { refusalOf } from './refusal.js';
import { routesOf } from './route.js';
import { createStepRun } from './steps/run-steps.js';
import { showAlone } from './steps/show-items.js';
import type { AsyncStep } from './steps/step.js';
import type { AsyncTransformRecord, TransformSettings } from './transform-record.js';

/**
 * The plain transform for steps that have to be waited for: all items of a record are decoded, and so many of them are shown at
 * once. Rows keep the order of the items, whatever comes back first.
 *
 * @param atOnce items of a record that are on their way at most.
 */
export function createAsyncTransform(
  settings: TransformSettings,
  steps: readonly AsyncStep[],
  atOnce: number,
): AsyncTransformRecord {
  const run = createStepRun(steps, addedColumnsOf(settings));
  const routes = routesOf(settings);
  const begin = plainRows(settings, run);

  return async (signal, encoding, value, record) => {
    try {
      run?.begin(record);
      const rows = begin(signal, encoding, value);
      const items = [...itemsOf(rows.decoded)];
      const fates: ItemFate[] = [];
      let next = 0;
      const work = async () => {
        for (let i = next++; i < items.length; i = next++) {
          const item = items[i] as Item;
          if (!routes[item.kind].enabled || !run?.isFor(item.kind)) continue;
          // A view of its own for each: a function that is given up may still change what it was shown.
          const { view, copy, itemsBehind } = showAlone(item);
          fates[i] = itemsBehind(await run.applyAsync(item.kind, view, i, copy));
        }
      };
      await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
      for (const item of items) rows.add(item, index => fates[index] ?? true);
      return rows.finish();
    } catch (error) {
      throw refusalOf(error) ?? error;
    }
  };
}
