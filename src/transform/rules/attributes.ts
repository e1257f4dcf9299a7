import type { Keys, PlaceName } from '../../config/rules/actions.js';
import { truncationMark } from '../../encodings/truncation.js';
import { decodeText, encodeTextLossless } from '../../values/text.js';
import type { AttributesView } from '../steps/view.js';
import type { MakeAct } from './action.js';
import { attributesReader, fieldOf, placeOf, setField } from './item-values.js';
import { nothingToDo } from './nothing-to-do.js';
import { keyMatcher, namesKeys, placesOf } from './places.js';

/** Gives an attribute another key. One that has that key already is replaced. */
export const rename: MakeAct<'rename'> = ({ to, ...place }, { kind }) => {
  const { level, key } = placeOf(place);
  const read = attributesReader(level, kind);
  return item => {
    const attributes = read(item);
    if (!attributes.has(key)) return 'skip';
    const value = attributes.value(key);
    // The empty value cannot be set; its text is empty as well.
    attributes.set(to, value ?? '');
    attributes.delete(key);
    return 'change';
  };
};

/** Where attributes are removed from, when the rule does not say: what an item has of its own, and its resource. */
const REMOVED_FROM: readonly PlaceName[] = [
  'attributes',
  'resource',
  'scope',
  'events',
  'links',
  'exemplars',
];

export const remove: MakeAct<'remove'> = ({ in: places = REMOVED_FROM, ...keys }, { kind }) => {
  const { attributesOf } = placesOf(places, kind);
  const namedIn = namedKeys(keys);
  const memory = nothingToDo();
  return (item, { record }) => {
    const known = memory.ofRecord(record);
    let changed = false;
    for (const attributes of attributesOf(item)) {
      if (known.knows(attributes)) continue;
      const named = namedIn(attributes);
      if (named.length === 0) known.note(attributes);
      for (const key of named) changed = attributes.delete(key) || changed;
    }
    return changed ? 'change' : 'skip';
  };
};

/** Cuts long texts, with a mark that says how much is missing. */
export const truncate: MakeAct<'truncate'> = ({ in: places, bytes, ...keys }, { kind }) => {
  const { attributesOf, texts } = placesOf(places, kind);
  const namedIn = namesKeys(keys) ? namedKeys(keys) : (attributes: AttributesView) => attributes.keys();
  const memory = nothingToDo();
  const cutAttributes = (attributes: AttributesView): boolean => {
    let changed = false;
    for (const key of namedIn(attributes)) {
      const text = attributes.get(key) ?? '';
      const cut = cutText(text, bytes);
      if (cut === text) continue;
      attributes.set(key, cut);
      changed = true;
    }
    return changed;
  };
  return (item, { record }) => {
    const known = memory.ofRecord(record);
    let changed = false;
    for (const attributes of attributesOf(item)) {
      if (known.knows(attributes)) continue;
      if (cutAttributes(attributes)) changed = true;
      else known.note(attributes);
    }
    for (const column of texts) {
      const text = fieldOf(item, column) as string;
      const cut = cutText(text, bytes);
      if (cut === text) continue;
      setField(item, column, cut);
      changed = true;
    }
    return changed ? 'change' : 'skip';
  };
};

/** The keys that a rule names and that are there. */
function namedKeys(keys: Keys): (attributes: AttributesView) => readonly string[] {
  if (keys.key_prefixes === undefined && keys.key_patterns === undefined) {
    const exact = keys.keys ?? [];
    return attributes => exact.filter(key => attributes.has(key));
  }
  const isNamed = keyMatcher(keys);
  return attributes => attributes.keys().filter(isNamed);
}

/** A text of at most so many bytes, with its mark; never cut within a character. */
export function cutText(text: string, bytesMax: number): string {
  // No character has more than three bytes for each of its units.
  if (text.length * 3 <= bytesMax) return text;
  const bytes = encodeTextLossless(text);
  if (bytes.length <= bytesMax) return text;
  const room = bytesMax - Buffer.byteLength(truncationMark(bytes.length));
  let end = Math.max(0, room);
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return decodeText(bytes, 0, end) + truncationMark(bytes.length - end);
}
