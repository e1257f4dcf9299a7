import { literal } from '../../tables/sql.js';
import type { SchemaObject } from '../objects.js';
import { type Ask, type ServerTable, ttlOf } from './server-tables.js';

/** Says of two texts whether a server reads them as the same. */
export type Same = (a: string, b: string) => boolean;

/**
 * A comparison of what is printed with what a server tells, whose spaces, brackets and quotes are its own: so it is asked
 * for its spelling of both, once for all texts.
 */
export async function askForSame(
  ask: Ask,
  objects: readonly SchemaObject[],
  tables: ReadonlyMap<string, ServerTable>,
): Promise<Same> {
  const texts = [
    ...new Set([...objects.flatMap(textsOfObject), ...[...tables.values()].flatMap(textsOfTable)]),
  ];
  const statements = texts.map(asStatement).map(literal);
  const [row] =
    texts.length === 0
      ? []
      : await ask(
          `SELECT arrayMap(text -> formatQuerySingleLineOrNull(text), [${statements.join(', ')}]) AS formatted`,
        );
  const formatted = (row?.['formatted'] ?? []) as (string | null)[];
  const spelled = new Map(texts.map((text, i) => [text, formatted[i] ?? text]));
  return (a, b) => (spelled.get(a) ?? a) === (spelled.get(b) ?? b);
}

/** An expression or a TTL is no statement, which alone can be formatted. */
function asStatement(text: string): string {
  return /^\s*(SELECT|WITH)\b/.test(text) ? text : `ALTER TABLE t MODIFY TTL ${text}`;
}

function textsOfObject(object: SchemaObject): string[] {
  if (object.kind === 'view') return [object.select];
  return [
    ...object.columns.flatMap(({ materialized }) => materialized ?? []),
    ...(object.indexes ?? []).map(({ expression }) => expression),
    ...(object.ttl?.length ? [object.ttl.join(', ')] : []),
    object.orderBy ?? '',
    object.partitionBy ?? '',
  ].filter(Boolean);
}

function textsOfTable(table: ServerTable): string[] {
  return [
    table.select,
    ttlOf(table),
    `(${table.sortingKey})`,
    table.sortingKey,
    table.partitionKey,
    ...table.columns.map(({ defaultExpression }) => defaultExpression),
    ...table.indexes.map(({ expression }) => expression),
  ].filter(text => text !== '' && text !== '()');
}
