import type { ClickhouseReader, IncomingColumn } from '../encodings/clickhouse-reader.js';
import { CLICKHOUSE_READERS } from '../encodings/clickhouse-readers.js';
import { ROW_ID, type RowKind, TABLES } from '../tables/columns.js';
import { expiryOf, identifier, literal } from '../tables/sql.js';
import { type Table, tableName, type View } from './objects.js';
import { READING, type SchemaOptions } from './schema-options.js';

/** The table through which ClickHouse reads one topic. */
export function kafkaTable(kind: RowKind, options: SchemaOptions): Table {
  const columns = incomingColumns(kind, options).flatMap(({ name, type }) =>
    type === null ? [] : [{ name, type }],
  );
  return {
    kind: 'table',
    name: kafkaTableName(kind),
    columns,
    engine: 'Kafka',
    settings: kafkaSettings(kind, options, TABLES[kind].name),
  };
}

/** Moves the rows that could be read into their table. */
export function rowsView(kind: RowKind, options: SchemaOptions): View {
  const columns = incomingColumns(kind, options).map(({ expression, name }) =>
    expression === identifier(name) ? `    ${expression}` : `    ${expression} AS ${identifier(name)}`,
  );
  return {
    kind: 'view',
    name: `${kafkaTableName(kind)}_rows`,
    to: TABLES[kind].name,
    select: [
      'SELECT',
      columns.join(',\n'),
      `FROM ${tableName(kafkaTableName(kind), options)}`,
      'WHERE length(_error) = 0',
    ].join('\n'),
  };
}

const ERRORS_TABLE = 'otel_kafka_errors';

/** Messages that ClickHouse could not read, of all topics, with the reason. */
export function errorsTable({ retentionSeconds }: SchemaOptions): Table {
  return {
    kind: 'table',
    name: ERRORS_TABLE,
    columns: [
      { name: 'Time', type: 'DateTime64(3)' },
      { name: 'Topic', type: 'LowCardinality(String)' },
      { name: 'Partition', type: 'UInt64' },
      { name: 'Offset', type: 'UInt64' },
      { name: 'Error', type: 'String', codec: 'ZSTD(3)' },
      { name: 'RawMessage', type: 'String', codec: 'ZSTD(3)' },
    ],
    engine: 'MergeTree',
    partitionBy: 'toDate(Time)',
    orderBy: '(Topic, Partition, Offset)',
    ...(retentionSeconds === undefined
      ? {}
      : { ttl: [expiryOf({ name: 'Time', type: 'DateTime64(3)' }, retentionSeconds)] }),
  };
}

/** Moves the messages of one topic that could not be read into `errorsTable`. */
export function errorsView(kind: RowKind, options: SchemaOptions): View {
  return {
    kind: 'view',
    name: `${kafkaTableName(kind)}_errors`,
    to: ERRORS_TABLE,
    select: [
      'SELECT',
      '    now64(3) AS Time,',
      '    _topic AS Topic,',
      '    _partition AS Partition,',
      '    _offset AS Offset,',
      '    _error AS Error,',
      '    _raw_message AS RawMessage',
      `FROM ${tableName(kafkaTableName(kind), options)}`,
      'WHERE length(_error) > 0',
    ].join('\n'),
  };
}

export function kafkaTableName(kind: RowKind): string {
  return `${TABLES[kind].name}_kafka`;
}

/** A column of the rows as they come in; without a type where it is not in the value of messages. */
type ReadColumn = Omit<IncomingColumn, 'type'> & { type: string | null };

/** The columns that messages have, in table order. */
function incomingColumns(kind: RowKind, options: SchemaOptions): ReadColumn[] {
  const reader = readerOf(kind, options);
  return [...reader.columns, ...rowIdColumns(reader, options)];
}

/** The row id, from where messages have it. The engine gives the headers of a message as two lists. */
function rowIdColumns({ rowIdColumn }: ClickhouseReader, options: SchemaOptions): ReadColumn[] {
  const { rowId = 'none', flavor } = options;
  // ClickStack's tables have no column for it.
  if (rowId === 'none' || flavor === 'clickstack') return [];
  if (rowId === 'column') return [rowIdColumn];
  const expression = "_headers.value[indexOf(_headers.name, 'otelrows.row_id')]";
  return [{ name: ROW_ID.name, type: null, expression }];
}

function readerOf(kind: RowKind, options: SchemaOptions): ClickhouseReader {
  return CLICKHOUSE_READERS[options.encodings?.[kind] ?? 'json'](kind, options);
}

/**
 * Two tables in one group would each get a part of the rows. So the group names all that tells a table from another: the
 * database, the table, and the topic that it is filled from.
 */
function consumerGroup(
  kind: RowKind,
  { groupPrefix, database, topics }: SchemaOptions,
  table: string,
): string {
  return `${groupPrefix}-${database}.${table}.${topics[kind] ?? ''}`;
}

/** @param table that the rows get to. */
export function kafkaSettings(kind: RowKind, options: SchemaOptions, table: string): string[] {
  const { format, settings } = readerOf(kind, options);
  const { consumers, blockRows, flushMs } = { ...READING, ...options.reading };
  return [
    `kafka_broker_list = ${literal(options.brokers.join(','))}`,
    `kafka_topic_list = ${literal(options.topics[kind] ?? '')}`,
    `kafka_group_name = ${literal(consumerGroup(kind, options, table))}`,
    `kafka_format = ${literal(format)}`,
    '-- A message that cannot be read goes to the errors table; by default it would stop its partition.',
    "kafka_handle_error_mode = 'stream'",
    ...settings,
    '-- More consumers read in parallel, up to the number of partitions. Each stores blocks of its own: more than one',
    '-- consumer is of use where one thread cannot read as fast as rows come.',
    `kafka_num_consumers = ${consumers}`,
    ...(consumers > 1 ? ['kafka_thread_per_consumer = 1'] : []),
    '-- Rows are stored when there are this many or after this time, whichever is first: the greater, the fewer',
    '-- parts to merge; the smaller, the less memory is used and the sooner rows are seen.',
    `kafka_max_block_size = ${blockRows}`,
    `kafka_flush_interval_ms = ${flushMs}`,
  ];
}
