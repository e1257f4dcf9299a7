import { type Keys, PLACES, type PlaceName } from '../../config/rules/actions.js';
import { compilePattern } from '../../config/rules/pattern.js';
import type { RowKind } from '../../tables/columns.js';
import type { AttributesView, ItemView } from '../steps/view.js';
import { attributesColumn, fieldOf } from './item-values.js';
import { remembered } from './remembered.js';

/** A text of an item that is no attribute. */
export interface TextPlace {
  readonly column: 'Body' | 'StatusMessage';
}

/** Where a rule looks in the items of a kind. */
export interface Places {
  /** All lists of attributes among them. */
  attributesOf(item: ItemView): AttributesView[];
  readonly texts: readonly TextPlace['column'][];
}

const LISTS: Partial<Record<PlaceName, { column: string; kinds: readonly RowKind[] }>> = {
  events: { column: 'Events.Attributes', kinds: ['traces'] },
  links: { column: 'Links.Attributes', kinds: ['traces'] },
  exemplars: {
    column: 'Exemplars.FilteredAttributes',
    kinds: ['gauge', 'sum', 'histogram', 'exponential_histogram'],
  },
};

/** @param names default: all places that items of the kind have. */
export function placesOf(names: readonly PlaceName[] = PLACES, kind: RowKind): Places {
  const maps = (['attributes', 'resource', 'scope'] as const)
    .filter(name => names.includes(name))
    .flatMap(name => attributesColumn(name === 'attributes' ? 'attribute' : name, kind) ?? []);
  const lists = names.flatMap(name => {
    const list = LISTS[name];
    return list?.kinds.includes(kind) ? [list.column] : [];
  });
  const texts: TextPlace['column'][] = [];
  if (names.includes('body') && kind === 'logs') texts.push('Body');
  if (names.includes('status_message') && kind === 'traces') texts.push('StatusMessage');
  return {
    attributesOf: item => {
      const views = maps.map(column => fieldOf(item, column) as AttributesView);
      for (const column of lists) views.push(...(fieldOf(item, column) as readonly AttributesView[]));
      return views;
    },
    texts,
  };
}

/** Whether a rule names a key. */
export function keyMatcher({
  keys = [],
  key_prefixes = [],
  key_patterns = [],
}: Keys): (key: string) => boolean {
  const names = new Set(keys);
  if (key_prefixes.length === 0 && key_patterns.length === 0) return key => names.has(key);
  const patterns = key_patterns.map(compilePattern);
  return remembered(
    key =>
      names.has(key) ||
      key_prefixes.some(prefix => key.startsWith(prefix)) ||
      patterns.some(pattern => pattern.test(key)),
  );
}

/** Whether a rule names any keys at all. */
export function namesKeys({ keys, key_prefixes, key_patterns }: Keys): boolean {
  return [keys, key_prefixes, key_patterns].some(names => names !== undefined);
}
