import { ROW_KINDS, type RowKind } from '../tables/columns.js';
import type { StepRun } from '../transform/steps/run-steps.js';
import { SeveralRows } from '../transform/steps/several-rows.js';
import type { KernelInstance } from './instance.js';
import { ItemMemory } from './views/item-memory.js';
import { createKernelViews } from './views/kernel-views.js';

/**
 * Shows the items of the part that was read to the steps. What they change the kernel writes; of those that make no row any
 * more it writes none.
 *
 * @param isEnabled whether rows of a kind are made; steps see no others.
 * @returns throws Rejected when there is no memory for a change, SeveralRows when a step makes several rows of an item.
 */
export function createShowItems(
  instance: KernelInstance,
  run: StepRun,
  isEnabled: (kind: RowKind) => boolean,
): () => void {
  const memory = new ItemMemory(instance);
  const views = createKernelViews(memory);
  const { ITEM_INDEX, ITEM_KIND, ITEM_IS_SKIPPED } = memory.layout;
  const kinds = ROW_KINDS.map(kind => (isEnabled(kind) && run.isFor(kind) ? { kind, ...views[kind] } : null));

  const makesRow = (item: number): boolean => {
    const shown = kinds[memory.u32(item + ITEM_KIND)];
    if (!shown) return true;
    shown.show(item);
    // A list is of copies, and there are none here.
    return run.apply(shown.kind, shown.view, memory.u32(item + ITEM_INDEX)) !== false;
  };

  return () => {
    memory.begin();
    const itemBytes: number = instance.exports.itemBytes.value;
    const itemsEnd: number = instance.exports.itemsEnd.value;
    for (let item = instance.places.items; item < itemsEnd; item += itemBytes) {
      const isSkipped = item + ITEM_IS_SKIPPED;
      if (memory.u8(isSkipped) === 0 && !makesRow(item)) memory.setU8(isSkipped, 1);
      // There was no memory for a change. The step may have failed by that, or not have noticed.
      if (memory.rejected) throw memory.rejected;
      if (run.needsPlain()) throw new SeveralRows();
    }
  };
}
