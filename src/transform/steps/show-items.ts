import type { RowKind } from '../../tables/columns.js';
import type { Item } from '../explode/items.js';
import type { ItemFate } from '../plain-rows.js';
import type { MovingView } from './create-view.js';
import { createPlainView } from './plain-views.js';
import type { CopyItem, Fate } from './run-steps.js';
import type { ItemView } from './view.js';

/** A decoded item, as steps see it. */
export interface ShownItem {
  readonly view: ItemView;
  readonly copy: CopyItem;
  /** The items that steps have answered views of. */
  itemsBehind(fate: Fate): ItemFate;
}

/** Shows one decoded item after the other, by the same views: what is shown is good until the next one is. */
export function createShow(): (item: Item) => ShownItem {
  const views: Partial<Record<RowKind, MovingView<Item>>> = {};
  return item => {
    views[item.kind] ??= createPlainView(item.kind) as MovingView<Item>;
    return shownBy(views[item.kind] as MovingView<Item>, item);
  };
}

/** Shows an item by a view of its own. */
export function showAlone(item: Item): ShownItem {
  return shownBy(createPlainView(item.kind) as MovingView<Item>, item);
}

function shownBy({ view, show }: MovingView<Item>, item: Item): ShownItem {
  show(item);
  let copies: Map<ItemView, Item> | null = null;
  return {
    view,
    copy: () => {
      // What items hold is never changed, but replaced, so they share it until then.
      const copied = { ...item };
      const { view } = showAlone(copied);
      copies ??= new Map();
      copies.set(view, copied);
      return view;
    },
    itemsBehind: fate => (typeof fate === 'boolean' ? fate : fate.map(one => copies?.get(one) ?? item)),
  };
}
