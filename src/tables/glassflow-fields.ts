import { type Column, columnsOf, type RowKind } from './columns.js';

/** A member of a glassflow message: a column, or an object of several columns that share a name prefix. */
export type GlassflowField =
  | { readonly name: string; readonly column: Column }
  | { readonly name: string; readonly fields: readonly GlassflowField[] };

/** Column groups that glassflow writes as one nested object each. `Events` and `Links` it keeps flat. */
const NESTED_GROUPS: readonly string[] = ['Exemplars', 'ValueAtQuantiles'];

/** Columns that glassflow does not have. */
const MISSING_COLUMNS: readonly string[] = ['EventName'];

/**
 * The members of a glassflow message, in its order: names sorted by byte at every level.
 * They are the columns of the row kind's table but for what the two lists above say.
 */
export function glassflowFieldsOf(kind: RowKind): readonly GlassflowField[] {
  const columns = columnsOf(kind, 'seconds').filter(isGlassflowColumn);
  const flat = columns
    .filter(column => nestedGroupOf(column) === undefined)
    .map(column => ({ name: column.name, column }));
  const nested = NESTED_GROUPS.map(group => ({
    name: group,
    fields: columns
      .filter(column => nestedGroupOf(column) === group)
      .map(column => ({ name: column.name.slice(group.length + 1), column }))
      .sort(byName),
  })).filter(({ fields }) => fields.length > 0);
  return [...flat, ...nested].sort(byName);
}

/** Whether glassflow has this column of a table. */
export function isGlassflowColumn({ name }: Column): boolean {
  return !MISSING_COLUMNS.includes(name);
}

function nestedGroupOf({ name }: Column): string | undefined {
  return NESTED_GROUPS.find(group => name.startsWith(`${group}.`));
}

/** Column names are ASCII, so the order of UTF-16 units is the order of bytes. */
function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}
