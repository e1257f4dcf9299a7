import type { KeyValue } from '../decode/otlp.js';
import { serviceNameOf } from '../explode/attributes.js';
import { hexOrEmpty } from '../explode/ids.js';
import type { Item } from '../explode/items.js';
import { instant } from '../explode/time.js';
import type { Accessor } from './create-view.js';
import { idBytes } from './ids.js';
import { plainAttributes } from './plain-attributes.js';
import type { AttributesView } from './view.js';

/** Accessors of what decoded items hold. */

/** The names of the fields that are of a type. */
type FieldsOf<Message, Type> = {
  [Key in keyof Message]-?: Message[Key] extends Type ? Key : never;
}[keyof Message];

/** Accessors of the fields of a part that items have, such as their span. */
export function fieldsOf<Owner, Part extends keyof Owner>(part: Part) {
  type Message = Owner[Part];

  /** Neighbours may share the part, so it is replaced. */
  const change = (item: Owner, changes: Partial<Message>) => {
    item[part] = { ...item[part], ...changes };
  };

  /** Of a field whose value the column has in another form. */
  const converted = <Key extends keyof Message, Viewed>(
    key: Key,
    view: (value: Message[Key]) => Viewed,
    send: (viewed: Viewed) => Message[Key],
  ): Accessor<Owner, Viewed> => ({
    get: item => view(item[part][key]),
    set: (item, viewed) => change(item, { [key]: send(viewed) } as unknown as Partial<Message>),
  });

  return {
    change,
    converted,
    /** Of a field whose value the column has as it is. */
    field: <Key extends keyof Message>(key: Key): Accessor<Owner, Message[Key]> =>
      converted(
        key,
        value => value,
        value => value,
      ),
    /** Of a number that may not have been sent. */
    optional: (key: FieldsOf<Message, number | undefined>): Accessor<Owner, number> =>
      converted(
        key,
        value => (value as number | undefined) ?? 0,
        value => value as Message[typeof key],
      ),
    time: (key: FieldsOf<Message, bigint>): Accessor<Owner, bigint> =>
      converted(
        key,
        value => instant(value as bigint),
        value => BigInt.asUintN(64, value) as Message[typeof key],
      ),
    id: (key: FieldsOf<Message, Uint8Array>, column: string, bytes: number): Accessor<Owner, string> =>
      converted(
        key,
        value => hexOrEmpty(value as Uint8Array),
        hex => idBytes(column, hex, bytes) as Message[typeof key],
      ),
    attributes: (key: FieldsOf<Message, KeyValue[]>): Accessor<Owner, AttributesView> => ({
      get: item =>
        plainAttributes(
          () => item[part][key] as KeyValue[],
          changed => change(item, { [key]: changed } as unknown as Partial<Message>),
        ),
    }),
  };
}

const resource = fieldsOf<Item, 'resource'>('resource');

const resourceAttributes: Accessor<Item, AttributesView> = {
  get: item =>
    plainAttributes(
      () => item.resource.resource?.attributes ?? [],
      attributes => resource.change(item, { resource: { droppedAttributesCount: 0, attributes } }),
    ),
};

/** Columns that are of the resource. */
export const RESOURCE = {
  ServiceName: {
    get: ({ resource }: Item) => serviceNameOf(resource.resource?.attributes ?? []),
    set: (item: Item, name: string) => resourceAttributes.get(item).set('service.name', name),
  },
  ResourceAttributes: resourceAttributes,
};

/** And those that not all kinds have. */
export const RESOURCE_SCHEMA = { ResourceSchemaUrl: resource.field('schemaUrl') };

type Scope = NonNullable<Item['scope']['scope']>;

const NO_SCOPE: Scope = { name: '', version: '', attributes: [], droppedAttributesCount: 0 };

const scope = fieldsOf<Item, 'scope'>('scope');

function ofScope<Key extends keyof Scope>(key: Key): Accessor<Item, Scope[Key]> {
  return {
    get: ({ scope }) => (scope.scope ?? NO_SCOPE)[key],
    set: (item, value) => scope.change(item, { scope: { ...NO_SCOPE, ...item.scope.scope, [key]: value } }),
  };
}

/** Columns that are of the scope. */
export const SCOPE = { ScopeName: ofScope('name'), ScopeVersion: ofScope('version') };

const scopeAttributes = ofScope('attributes');

/** And those that not all kinds have. */
export const SCOPE_DETAILS = {
  ScopeAttributes: {
    get: (item: Item) =>
      plainAttributes(
        () => scopeAttributes.get(item),
        changed => scopeAttributes.set?.(item, changed),
      ),
  },
  ScopeSchemaUrl: scope.field('schemaUrl'),
};

export const SCOPE_DROPPED = { ScopeDroppedAttrCount: ofScope('droppedAttributesCount') };
