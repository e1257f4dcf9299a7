import type { ColumnTypeName } from '../config/rules/actions.js';
import { kindsOf } from '../config/rules/rule.js';
import type { Config } from '../config/schema.js';
import { ROW_KINDS, type RowKind } from '../tables/columns.js';

/** A column that rows have behind those of their kind, because a rule promotes an attribute to it. */
export interface AddedColumn {
  readonly name: string;
  readonly type: ColumnTypeName;
}

/** The columns that rules add to rows of a kind, in the order in which rows have them. */
export type AddedColumns = readonly AddedColumn[];

/** Of an integer and of a time, in nanoseconds since 1970, a bigint of 64 bits; null where there is no value. */
export type ColumnValue = string | bigint | number | boolean | null;

/** Types of ClickHouse. All can be null: not every item has the attribute. */
export const CLICKHOUSE_TYPES: Record<ColumnTypeName, string> = {
  text: 'Nullable(String)',
  low_cardinality: 'LowCardinality(Nullable(String))',
  integer: 'Nullable(Int64)',
  float: 'Nullable(Float64)',
  boolean: 'Nullable(Bool)',
  time: 'Nullable(DateTime64(9))',
};

/** Such columns as tables have them. */
export function addedTableColumns(columns: AddedColumns = []): { name: string; type: string }[] {
  return columns.map(({ name, type }) => ({ name, type: CLICKHOUSE_TYPES[type] }));
}

/** What says which columns are added. */
export interface AddingSettings {
  transform: Pick<Config['transform'], 'rules'>;
}

/** The columns that rules add to the rows of each kind, in the order of the rules. Several rules may fill one. */
export function addedColumnsOf({ transform: { rules } }: AddingSettings): Record<RowKind, AddedColumns> {
  const columnsOf = (kind: RowKind): AddedColumns => {
    const columns = new Map<string, AddedColumn>();
    for (const rule of rules) {
      if (!rule.promote || !kindsOf(rule).includes(kind)) continue;
      const { column: name, type } = rule.promote;
      if (!columns.has(name)) columns.set(name, { name, type });
    }
    return [...columns.values()];
  };
  return Object.fromEntries(ROW_KINDS.map(kind => [kind, columnsOf(kind)])) as Record<RowKind, AddedColumns>;
}
