import { identifier } from '../../tables/sql.js';
import {
  columnDefinition,
  indexDefinition,
  onCluster,
  type Place,
  type Table,
  type TableColumn,
  tableName,
} from '../objects.js';
import type { Same } from './normal-form.js';
import { type ServerColumn, type ServerTable, settingsIn, settingsOf, ttlOf } from './server-tables.js';
import type { Step } from './step.js';

/** What makes a table that keeps rows the printed one, and what of it cannot be had in place. */
export function tableChanges(
  table: Table,
  there: ServerTable,
  place: Place,
  same: Same,
): { steps: Step[]; left: string[] } {
  const alter = `ALTER TABLE ${tableName(table.name, place)}${onCluster(place)}`;
  const change = (what: string, ...actions: string[]): Step => ({
    what: `change table ${table.name}: ${what}`,
    statements: actions.map(action => `${alter} ${action}`),
  });
  return {
    steps: [
      ...columnSteps(table, there, change, same),
      ...indexSteps(table, there, change, same),
      ...ttlSteps(table, there, change, same),
      ...settingSteps(table, there, change),
    ],
    left: [...typesLeft(table, there), ...layoutLeft(table, there, same)],
  };
}

type Change = (what: string, ...actions: string[]) => Step;

function columnSteps({ columns }: Table, there: ServerTable, change: Change, same: Same): Step[] {
  return columns.flatMap((column, i): Step[] => {
    const known = there.columns.find(({ name }) => name === column.name);
    if (known === undefined) {
      const before = columns[i - 1];
      const position = before === undefined ? 'FIRST' : `AFTER ${identifier(before.name)}`;
      return [
        change(
          `new column ${column.name}`,
          `ADD COLUMN IF NOT EXISTS ${columnDefinition(column)} ${position}`,
        ),
      ];
    }
    if (known.type !== column.type) return [];
    const differences = columnDifferences(column, known, same);
    if (differences.length === 0) return [];
    return [
      change(
        `${differences.join(' and ')} of column ${column.name}`,
        `MODIFY COLUMN ${columnDefinition(column)}`,
      ),
    ];
  });
}

function columnDifferences(column: TableColumn, known: ServerColumn, same: Same): string[] {
  const codec = column.codec === undefined ? '' : `CODEC(${wholeCodec(column.codec, column.type)})`;
  return [
    // Without a codec the server's default holds, and one that someone chose may stay.
    ...(codec !== '' && codec !== known.codec ? ['codec'] : []),
    ...(same(column.materialized ?? '', known.defaultExpression) ? [] : ['expression']),
    ...(column.comment !== undefined && column.comment !== known.comment ? ['comment'] : []),
  ];
}

/** Bytes of the types that `Delta` stands in front of; servers say them, and statements need not. */
const DELTA_BYTES: Record<string, number> = {
  'DateTime64(9)': 8,
  'DateTime64(3)': 8,
  DateTime: 4,
  UInt64: 8,
  Bool: 1,
};

function wholeCodec(codec: string, type: string): string {
  return codec.replace(/\bDelta\b(?!\()/, `Delta(${DELTA_BYTES[type] ?? 1})`);
}

function indexSteps({ indexes = [] }: Table, there: ServerTable, change: Change, same: Same): Step[] {
  return indexes.flatMap((index): Step[] => {
    const known = there.indexes.find(({ name }) => name === index.name);
    const add = `ADD INDEX IF NOT EXISTS ${indexDefinition(index).replace(/^INDEX /, '')}`;
    if (known === undefined) return [change(`new index ${index.name}, of rows that come from now on`, add)];
    if (known.type === index.type && same(known.expression, index.expression)) return [];
    return [
      change(
        `index ${index.name} is ${known.type} and becomes ${index.type}, of rows that come from now on`,
        `DROP INDEX IF EXISTS ${index.name}`,
        add,
      ),
    ];
  });
}

function ttlSteps({ ttl = [] }: Table, there: ServerTable, change: Change, same: Same): Step[] {
  const wanted = ttl.join(', ');
  const known = ttlOf(there);
  if (wanted === known || same(wanted, known)) return [];
  return wanted === ''
    ? [change('rows are kept for ever', 'REMOVE TTL')]
    : [change('OLD ROWS ARE DELETED OR MOVED at another age', `MODIFY TTL ${wanted}`)];
}

function settingSteps({ settings = [] }: Table, there: ServerTable, change: Change): Step[] {
  const known = settingsOf(there);
  const different = [...settingsIn(settings.join(', '))].filter(([name, value]) => known.get(name) !== value);
  return different.map(([name, value]) =>
    change(
      `${name} is ${known.get(name) ?? 'not set'} and becomes ${value}`,
      `MODIFY SETTING ${name} = ${value}`,
    ),
  );
}

function typesLeft({ name, columns }: Table, there: ServerTable): string[] {
  return columns.flatMap(column => {
    const known = there.columns.find(other => other.name === column.name);
    return known === undefined || known.type === column.type
      ? []
      : [`${name}: column ${column.name} is ${known.type}, not ${column.type}.`];
  });
}

/** What a table is made with and keeps. */
function layoutLeft(
  { name, engine, orderBy = '', partitionBy = '' }: Table,
  there: ServerTable,
  same: Same,
): string[] {
  const thereEngine = there.engine.replace(/^(Replicated|Shared)/, '');
  const isOrdered = same(orderBy, `(${there.sortingKey})`) || same(orderBy, there.sortingKey);
  return [
    ...(thereEngine === engine ? [] : [`${name} is a ${there.engine}, not a ${engine}.`]),
    ...(isOrdered ? [] : [`${name} is ordered by (${there.sortingKey}), not by ${orderBy}.`]),
    ...(same(partitionBy, there.partitionKey)
      ? []
      : [`${name} has a partition for each ${there.partitionKey}, not ${partitionBy}.`]),
  ];
}
