import { ROW_KINDS, type RowKind } from '../tables/columns.js';
import { type Step, stepsByKind } from '../transform/steps/step.js';
import type { KernelInstance } from './instance.js';
import { ItemMemory } from './views/item-memory.js';
import { createKernelViews } from './views/kernel-views.js';

/**
 * Shows the items of the part that was read to the steps. What they change the kernel writes; of those they drop it makes no
 * row.
 *
 * @param isEnabled whether rows of a kind are made; steps see no others.
 * @returns null when there is no step. The function it returns throws Rejected when there is no memory for a change, and
 *   StepFailed.
 */
export function createShowItems(
  instance: KernelInstance,
  steps: readonly Step[],
  isEnabled: (kind: RowKind) => boolean,
): (() => void) | null {
  if (steps.length === 0) return null;
  const memory = new ItemMemory(instance);
  const views = createKernelViews(memory);
  const stepsOf = stepsByKind(steps);
  const { ITEM_KIND, ITEM_IS_SKIPPED } = memory.layout;
  const kinds = ROW_KINDS.map(kind => {
    const step = isEnabled(kind) ? stepsOf[kind] : null;
    return step && { step, ...views[kind] };
  });

  const isKept = (item: number): boolean => {
    const kind = kinds[memory.u32(item + ITEM_KIND)];
    if (!kind) return true;
    kind.show(item);
    try {
      return kind.step(kind.view) === 'keep' || memory.rejected !== undefined;
    } catch (error) {
      if (memory.rejected) return true;
      throw error;
    }
  };

  return () => {
    memory.refresh();
    memory.rejected = undefined;
    const itemBytes: number = instance.exports.itemBytes.value;
    const itemsEnd: number = instance.exports.itemsEnd.value;
    for (let item = instance.places.items; item < itemsEnd; item += itemBytes) {
      const isSkipped = item + ITEM_IS_SKIPPED;
      if (memory.u8(isSkipped) === 0 && !isKept(item)) memory.setU8(isSkipped, 1);
      // There was no memory for a change. The step may have failed by that, or not have noticed.
      if (memory.rejected) throw memory.rejected;
    }
  };
}
