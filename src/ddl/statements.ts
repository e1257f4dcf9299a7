import { ROW_KINDS } from '../tables/columns.js';
import { identifier } from '../tables/sql.js';
import { errorsTable, errorsView, kafkaTable, rowsView } from './kafka-tables.js';
import type { SchemaOptions } from './schema-options.js';
import { targetTable, traceTimesTable, traceTimesView } from './target-tables.js';

/**
 * The statements that make ClickHouse read the output topics into the tables of the collector's exporter, to be run in
 * this order. For each row kind a table for the rows, a Kafka engine table and a view that moves rows from one to the
 * other; and one table for the messages that could not be read. Statements have no semicolon at their end.
 *
 * Each may be run again: what exists already is left as it is.
 */
export function schemaStatements(options: SchemaOptions): string[] {
  const kinds = ROW_KINDS.filter(kind => options.topics[kind] !== undefined);
  return [
    `CREATE DATABASE IF NOT EXISTS ${identifier(options.database)}`,
    errorsTable(options),
    ...kinds.flatMap(kind => [
      targetTable(kind, options),
      ...(kind === 'traces' ? [traceTimesTable(options), traceTimesView(options)] : []),
      kafkaTable(kind, options),
      // A Kafka engine table reads as soon as it has a view. This one comes first, so that no row is read and lost.
      rowsView(kind, options),
      errorsView(kind, options),
    ]),
  ];
}

/** What `otelrows schema clickhouse` prints: the statements as a script for `clickhouse-client --multiquery`. */
export function printSchema(options: SchemaOptions): string {
  return [HEADER, ...schemaStatements(options).map(statement => `${statement};\n`)].join('\n');
}

const HEADER = `\
-- Tables that keep the rows of otelrows, and Kafka engine tables that read them. Only committed rows are read.
-- What cannot be read is kept in otel_kafka_errors, with the reason. Each table is filled in a consumer group of its own,
-- named after database, table and topic: another name reads the topic from its start.
--
-- ClickHouse refuses a block of rows from more than 100 days, and the Kafka engine then tries the same block for ever.
-- When old data is replayed, or senders' clocks cannot be trusted, set in the server's default profile:
--     throw_on_max_partitions_per_insert_block = 0
`;
