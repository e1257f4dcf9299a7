import type { AddedColumns } from '../../encodings/added-columns.js';
import { type Column, type RowKind, TABLES } from '../../tables/columns.js';
import type { ItemContext } from '../../transform/steps/context.js';
import type { AttributesView, ItemView } from '../../transform/steps/view.js';
import { rfc3339 } from '../../values/time-text.js';

/** The columns of an item by their names, as JSON has values: times are text, and so are integers that a double would round. */
export type ItemValues = Readonly<Record<string, unknown>>;

/** What a view shows now, the columns that steps add included. */
export function valuesOf(item: ItemView, context: ItemContext, added: AddedColumns): ItemValues {
  const fields = item as unknown as Readonly<Record<string, unknown>>;
  const columns = TABLES[item.kind].columns as readonly Column[];
  return Object.fromEntries([
    ...columns.map(({ name, type }) => [name, plain(fields[name], type)]),
    ...added.map(({ name, type }, i) => [name, plain(context.column(i), type === 'time' ? 'DateTime' : '')]),
  ]);
}

function plain(value: unknown, type: string): unknown {
  if (typeof value === 'bigint') {
    if (type.includes('DateTime')) return rfc3339(value);
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  }
  if (Array.isArray(value)) return value.map(element => plain(element, type));
  if (isAttributes(value)) return Object.fromEntries(value.keys().map(key => [key, value.get(key)]));
  return value;
}

function isAttributes(value: unknown): value is AttributesView {
  return typeof value === 'object' && value !== null && 'nestedKeys' in value;
}

const BODY_MAX = 80;

/** What people know an item by: ids and names. */
export function identityOf(kind: RowKind, values: ItemValues): Record<string, string> {
  const chosen =
    kind === 'traces'
      ? ['SpanName', 'TraceId', 'SpanId', 'ServiceName']
      : kind === 'logs'
        ? ['SeverityText', 'Body', 'TraceId', 'ServiceName']
        : ['MetricName', 'TimeUnix', 'ServiceName'];
  return Object.fromEntries(
    chosen.flatMap(name => {
      const text = String(values[name] ?? '');
      if (text === '') return [];
      return [[name, text.length > BODY_MAX ? `${text.slice(0, BODY_MAX)}…` : text]];
    }),
  );
}
