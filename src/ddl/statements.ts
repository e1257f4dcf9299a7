import { ROW_KINDS, type RowKind } from '../tables/columns.js';
import type { HandlerTable } from '../transform/functions/define.js';
import { handlerKafkaTable, handlerRowsView, handlerTable } from './handler-tables.js';
import { errorsTable, errorsView, kafkaTable, rowsView } from './kafka-tables.js';
import { createDatabase, createStatement, type SchemaObject } from './objects.js';
import { rollupObjects } from './rollups.js';
import type { SchemaOptions } from './schema-options.js';
import { targetTable, traceTimesTable, traceTimesView } from './target-tables.js';

/**
 * The tables and views that make ClickHouse read the output topics, in the order in which they have to be made. For each
 * row kind a table for the rows, unless `flavor` says that it is there, a Kafka engine table and a view that moves rows
 * from one to the other; and one table for the messages that could not be read.
 */
export function schemaObjects(options: SchemaOptions): SchemaObject[] {
  const kinds = ROW_KINDS.filter(kind => options.topics[kind] !== undefined);
  const ours = ownsTables(options);
  if (options.handlerTable) return handlerObjects(kinds, options.handlerTable, options);
  return [
    errorsTable(options),
    ...kinds.flatMap(kind => [
      ...(ours ? [targetTable(kind, options)] : []),
      ...(ours && kind === 'traces' ? [traceTimesTable(options), traceTimesView(options)] : []),
      // Before there are rows: only those that come afterwards are counted.
      ...rollupObjects(kind, options),
      kafkaTable(kind, options),
      // A Kafka engine table reads as soon as it has a view. This one comes first, so that no row is read and lost.
      rowsView(kind, options),
      errorsView(kind, options),
    ]),
  ];
}

function handlerObjects(
  kinds: readonly RowKind[],
  table: HandlerTable,
  options: SchemaOptions,
): SchemaObject[] {
  return [
    errorsTable(options),
    ...(ownsTables(options) ? [handlerTable(table, options)] : []),
    ...kinds.flatMap(kind => [
      handlerKafkaTable(kind, table, options),
      handlerRowsView(kind, table, options),
      errorsView(kind, options),
    ]),
  ];
}

/**
 * The statements that make `schemaObjects`, and their database, to be run in this order. Statements have no semicolon at
 * their end. Each may be run again: what exists already is left as it is.
 */
export function schemaStatements(options: SchemaOptions): string[] {
  return [
    ...(ownsTables(options) ? [createDatabase(options)] : []),
    ...schemaObjects(options).map(object => createStatement(object, options)),
  ];
}

/** What `otelrows schema clickhouse` prints: the statements as a script for `clickhouse-client --multiquery`. */
export function printSchema(options: SchemaOptions): string {
  return [headerOf(options), ...schemaStatements(options).map(statement => `${statement};\n`)].join('\n');
}

/** Whether the tables that keep the rows are ours to make. */
export function ownsTables({ flavor = 'exporter' }: SchemaOptions): boolean {
  return flavor === 'exporter';
}

const OF_FLAVOR = {
  exporter: '-- Tables that keep the rows of otelrows, and Kafka engine tables that read them.',
  clickstack:
    "-- Kafka engine tables that read the rows of otelrows into ClickStack's tables, which have to be there.",
  none: '-- Kafka engine tables that read the rows of otelrows into tables that have to be there.',
};

function headerOf({ flavor = 'exporter' }: SchemaOptions): string {
  return `\
${OF_FLAVOR[flavor]}
-- Only committed rows are read. What cannot be read is kept in otel_kafka_errors, with the reason. Each table is filled in
-- a consumer group of its own, named after database, table and topic: another name reads the topic from its start.
--
-- ClickHouse refuses a block of rows from more than 100 days, and the Kafka engine then tries the same block for ever.
-- When old data is replayed, or senders' clocks cannot be trusted, set in the server's default profile:
--     throw_on_max_partitions_per_insert_block = 0
`;
}
