import { ROW_ID, type RowKind } from '../tables/columns.js';
import { identifier } from '../tables/sql.js';
import type { HandlerTable } from '../transform/functions/define.js';
import { kafkaSettings, kafkaTableName } from './kafka-tables.js';
import { type Table, tableName, type View } from './objects.js';
import type { SchemaOptions } from './schema-options.js';

/** What the table is called unless the module says otherwise. */
const NAME = 'otelrows_rows';

/** The table for the rows that a user's handler makes, as its module declares it. */
export function handlerTable(
  { name = NAME, columns, orderBy, engine = 'MergeTree', version, partitionBy }: HandlerTable,
  options: SchemaOptions,
): Table {
  return {
    kind: 'table',
    name,
    columns: columnsOf(columns, options),
    engine,
    ...(version === undefined ? {} : { version }),
    ...(partitionBy === undefined ? {} : { partitionBy }),
    orderBy: `(${orderBy.join(', ')})`,
  };
}

/** The table through which ClickHouse reads the rows of one topic. */
export function handlerKafkaTable(
  kind: RowKind,
  { name = NAME, columns }: HandlerTable,
  options: SchemaOptions,
): Table {
  return {
    kind: 'table',
    name: kafkaTableName(kind),
    columns: columnsOf(columns, options),
    engine: 'Kafka',
    settings: kafkaSettings(kind, options, name),
  };
}

/** Moves the rows that could be read into their table. */
export function handlerRowsView(
  kind: RowKind,
  { name = NAME, columns }: HandlerTable,
  options: SchemaOptions,
): View {
  const names = columnsOf(columns, options).map(column => `    ${identifier(column.name)}`);
  return {
    kind: 'view',
    name: `${kafkaTableName(kind)}_rows`,
    to: name,
    select: [
      'SELECT',
      names.join(',\n'),
      `FROM ${tableName(kafkaTableName(kind), options)}`,
      'WHERE length(_error) = 0',
    ].join('\n'),
  };
}

function columnsOf(
  columns: HandlerTable['columns'],
  { rowId }: SchemaOptions,
): { name: string; type: string }[] {
  const own = Object.entries(columns).map(([name, type]) => ({ name, type }));
  return rowId === 'column' ? [...own, { name: ROW_ID.name, type: ROW_ID.type }] : own;
}
