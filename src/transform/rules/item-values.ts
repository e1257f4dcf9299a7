import type { Source } from '../../config/rules/condition.js';
import type { RowKind } from '../../tables/columns.js';
import { decodeText } from '../../values/text.js';
import type { ItemContext, RecordContext } from '../steps/context.js';
import type { AttributesView, ItemView, SentValue } from '../steps/view.js';

/** A level of attributes, as rules call it. */
export type Level = 'attribute' | 'resource' | 'scope';

/** The columns of the items' own attributes. */
const OWN_ATTRIBUTES = { traces: 'SpanAttributes', logs: 'LogAttributes' } as const;

/** The column of a level of attributes; undefined where rows of the kind have none. */
export function attributesColumn(level: Level, kind: RowKind): string | undefined {
  if (level === 'resource') return 'ResourceAttributes';
  if (level === 'scope') return kind === 'traces' ? undefined : 'ScopeAttributes';
  return kind === 'traces' || kind === 'logs' ? OWN_ATTRIBUTES[kind] : 'Attributes';
}

/** What an item has under the name of a column. */
export function fieldOf(item: ItemView, column: string): unknown {
  return (item as unknown as Readonly<Record<string, unknown>>)[column];
}

export function setField(item: ItemView, column: string, value: unknown): void {
  (item as unknown as Record<string, unknown>)[column] = value;
}

/** Reads a level of the attributes of items of a kind. */
export function attributesReader(level: Level, kind: RowKind): (item: ItemView) => AttributesView {
  const column = attributesColumn(level, kind);
  if (column === undefined) return () => NO_ATTRIBUTES;
  return item => fieldOf(item, column) as AttributesView;
}

/** Of spans, whose rows do not have the attributes of their scope. */
const NO_ATTRIBUTES: AttributesView = {
  size: 0,
  source: null,
  keys: () => [],
  present: () => [],
  nestedKeys: () => [],
  get: () => undefined,
  value: () => undefined,
  has: () => false,
  set: () => undefined,
  delete: () => false,
};

/** The level and the key that a rule names. */
export function placeOf({ attribute, resource, scope }: Partial<Record<Level, string>>): {
  level: Level;
  key: string;
} {
  if (resource !== undefined) return { level: 'resource', key: resource };
  if (scope !== undefined) return { level: 'scope', key: scope };
  return { level: 'attribute', key: attribute ?? '' };
}

/** The last header of that name, as text. */
export function headerText({ headers }: RecordContext, name: string): string | undefined {
  const header = headers.findLast(({ key }) => key === name);
  return header && decodeText(header.value);
}

/** Reads the value that a source names. Undefined where there is none; empty texts of columns are none. */
export function sourceReader(
  source: Source,
  kind: RowKind,
): (item: ItemView, context: ItemContext) => SentValue {
  const { column, event, header, topic } = source;
  if (column !== undefined) {
    return item => {
      const value = fieldOf(item, column) as SentValue;
      return value === '' ? undefined : value;
    };
  }
  if (event !== undefined) {
    return item =>
      (fieldOf(item, 'Events.Attributes') as readonly AttributesView[])
        .find(attributes => attributes.has(event))
        ?.value(event);
  }
  if (header !== undefined) return (_, { record }) => headerText(record, header);
  if (topic) return (_, { record }) => record.topic;
  const { level, key } = placeOf(source);
  const read = attributesReader(level, kind);
  return item => read(item).value(key);
}
