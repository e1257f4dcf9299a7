import type { ItemMemory } from './item-memory.js';
import type { Place } from './kernel-fields.js';

/** Where an item and what it belongs to lie. Neighbours share the latter, so it is copied before it is changed. */
export function placesOf(memory: ItemMemory): Record<'item' | 'scope' | 'resource' | 'metric', Place> {
  const { layout, u32 } = memory;

  /** A message whose address is told at `pointer`, and is `size` bytes large. */
  const shared = (
    pointerOf: (item: number) => number,
    ownPointerOf: typeof pointerOf,
    size: number,
  ): Place => ({
    isShared: true,
    of: item => u32(pointerOf(item)),
    ownOf: item => {
      const pointer = ownPointerOf(item);
      const known = u32(pointer);
      if (memory.isEdit(known)) return known;
      const own = memory.copy(item, known, size);
      memory.setU32(pointer, own);
      return own;
    },
  });

  const scopePointer = (item: number) => item + layout.ITEM_SCOPE;
  const scope = shared(scopePointer, scopePointer, layout.SCOPE);
  const metricPointer = (item: number) => item + layout.POINT_METRIC;
  const resource = shared(
    item => scope.of(item) + layout.SCOPE_RESOURCE,
    item => scope.ownOf(item) + layout.SCOPE_RESOURCE,
    layout.RESOURCE,
  );

  return {
    item: { isShared: false, of: item => item, ownOf: item => item },
    scope,
    metric: shared(metricPointer, metricPointer, layout.METRIC),
    resource: {
      ...resource,
      ownOf: item => {
        const own = resource.ownOf(item);
        memory.setU32(own + layout.RESOURCE_EPOCH, 0); // What was written of the other is not of this one.
        return own;
      },
    },
  };
}
