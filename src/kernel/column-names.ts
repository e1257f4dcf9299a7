import { columnsOf, ROW_KINDS, type RowKind } from '../tables/columns.js';

/** The names of all columns of all kinds. The kernel knows a column by its place here. */
export const COLUMN_NAMES: readonly string[] = [
  ...new Set(ROW_KINDS.flatMap(kind => columnsOf(kind, 'seconds').map(({ name }) => name))),
];

/** What all rows of a resource and scope have in common, and what those of a metric do beside that. */
export type SharedBy = 'scope' | 'metric' | 'none';

const OF_SCOPE: readonly string[] = [
  'ServiceName',
  'ResourceAttributes',
  'ResourceSchemaUrl',
  'ScopeName',
  'ScopeVersion',
  'ScopeAttributes',
  'ScopeDroppedAttrCount',
  'ScopeSchemaUrl',
];
const OF_METRIC: readonly string[] = ['MetricName', 'MetricDescription', 'MetricUnit'];

/** Which rows of a kind have the same value of a column. */
export function sharedBy(kind: RowKind, column: string): SharedBy {
  if (OF_SCOPE.includes(column)) return 'scope';
  return kind !== 'traces' && kind !== 'logs' && OF_METRIC.includes(column) ? 'metric' : 'none';
}
