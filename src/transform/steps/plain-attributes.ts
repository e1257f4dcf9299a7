import type { KeyValue } from '../decode/otlp.js';
import { valueText } from '../explode/value-text.js';
import { attributeName, sentText, sentValue, settableValue } from './values.js';
import type { AttributesView } from './view.js';

/**
 * The view of a list of attributes.
 *
 * @param write puts a changed list in the place of that which `read` gives.
 */
export function plainAttributes(
  read: () => readonly KeyValue[],
  write: (attributes: KeyValue[]) => void,
): AttributesView {
  const find = (key: string) => {
    const text = sentText(key);
    return read().find(attribute => attribute.key === text);
  };
  return {
    get size() {
      return read().length;
    },
    get source() {
      return read();
    },
    present: keys => keys.filter(key => find(key) !== undefined),
    nestedKeys: () =>
      read()
        .filter(({ value }) => value?.arrayValue || value?.kvlistValue)
        .map(({ key }) => key),
    keys: () => read().map(({ key }) => key),
    get: key => {
      const attribute = find(key);
      return attribute && valueText(attribute.value);
    },
    value: key => sentValue(find(key)?.value),
    has: key => find(key) !== undefined,
    set: (key, value) => {
      const changed = { key: sentText(key), value: settableValue(attributeName(key), value) };
      const first = find(key);
      const kept = read().filter(attribute => attribute === first || attribute.key !== changed.key);
      write(first ? kept.map(attribute => (attribute === first ? changed : attribute)) : [...kept, changed]);
    },
    delete: key => {
      if (!find(key)) return false;
      const text = sentText(key);
      write(read().filter(attribute => attribute.key !== text));
      return true;
    },
  };
}
