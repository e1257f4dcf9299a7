import { type Column, columnsOf, ROW_ID, type RowKind, TABLES } from './columns.js';
import type { SchemaOptions } from './ddl.js';
import { tableName } from './ddl-target.js';
import { glassflowFieldsOf } from './glassflow-fields.js';
import { expiryOf, identifier, literal } from './sql.js';

/** The table through which ClickHouse reads one topic. */
export function kafkaTable(kind: RowKind, options: SchemaOptions): string {
  const columns = incomingColumns(kind, options)
    .filter(({ type }) => type !== null)
    .map(({ name, type }) => `    ${identifier(name)} ${type}`);
  return [
    `CREATE TABLE IF NOT EXISTS ${tableName(kafkaTableName(kind), options)}`,
    '(',
    columns.join(',\n'),
    ')',
    'ENGINE = Kafka',
    'SETTINGS',
    kafkaSettings(kind, options).join('\n'),
  ].join('\n');
}

/** Moves the rows that could be read into their table. */
export function rowsView(kind: RowKind, options: SchemaOptions): string {
  const columns = incomingColumns(kind, options).map(({ expression, name }) =>
    expression === identifier(name) ? `    ${expression}` : `    ${expression} AS ${identifier(name)}`,
  );
  return [
    `CREATE MATERIALIZED VIEW IF NOT EXISTS ${tableName(`${kafkaTableName(kind)}_rows`, options)}`,
    `TO ${tableName(TABLES[kind].name, options)}`,
    'AS SELECT',
    columns.join(',\n'),
    `FROM ${tableName(kafkaTableName(kind), options)}`,
    'WHERE length(_error) = 0',
  ].join('\n');
}

const ERRORS_TABLE = 'otel_kafka_errors';

/** Messages that ClickHouse could not read, of all topics, with the reason. */
export function errorsTable(options: SchemaOptions): string {
  return [
    `CREATE TABLE IF NOT EXISTS ${tableName(ERRORS_TABLE, options)}`,
    '(',
    '    Time DateTime64(3),',
    '    Topic LowCardinality(String),',
    '    Partition UInt64,',
    '    Offset UInt64,',
    '    Error String CODEC(ZSTD(1)),',
    '    RawMessage String CODEC(ZSTD(1))',
    ')',
    'ENGINE = MergeTree',
    'PARTITION BY toDate(Time)',
    'ORDER BY (Topic, Partition, Offset)',
    ...(options.retentionDays === undefined
      ? []
      : [`TTL ${expiryOf({ name: 'Time', type: 'DateTime64(3)' }, options.retentionDays)}`]),
  ].join('\n');
}

/** Moves the messages of one topic that could not be read into `errorsTable`. */
export function errorsView(kind: RowKind, options: SchemaOptions): string {
  return [
    `CREATE MATERIALIZED VIEW IF NOT EXISTS ${tableName(`${kafkaTableName(kind)}_errors`, options)}`,
    `TO ${tableName(ERRORS_TABLE, options)}`,
    'AS SELECT',
    '    now64(3) AS Time,',
    '    _topic AS Topic,',
    '    _partition AS Partition,',
    '    _offset AS Offset,',
    '    _error AS Error,',
    '    _raw_message AS RawMessage',
    `FROM ${tableName(kafkaTableName(kind), options)}`,
    'WHERE length(_error) > 0',
  ].join('\n');
}

function kafkaTableName(kind: RowKind): string {
  return `${TABLES[kind].name}_kafka`;
}

interface IncomingColumn {
  name: string;
  /** The type that messages are read as; null when it is not in their value. */
  type: string | null;
  /** Makes the value of the target column. */
  expression: string;
}

/** The columns that messages have, in table order. */
function incomingColumns(kind: RowKind, options: SchemaOptions): IncomingColumn[] {
  return [...rowColumns(kind, options), ...rowIdColumns(options)];
}

function rowColumns(kind: RowKind, { rowFormat, metricTime }: SchemaOptions): IncomingColumn[] {
  const columns = columnsOf(kind, metricTime);
  if (rowFormat === 'clickhouse') return columns.map(incomingColumn);
  const sent = glassflowColumnNames(kind);
  return columns.filter(({ name }) => sent.has(name)).map(glassflowColumn);
}

/** The row id, from where messages have it. The engine gives the headers of a message as two lists. */
function rowIdColumns({ rowId = 'none' }: SchemaOptions): IncomingColumn[] {
  if (rowId === 'none') return [];
  if (rowId === 'column') return [incomingColumn(ROW_ID)];
  const expression = "_headers.value[indexOf(_headers.name, 'otelrows.row_id')]";
  return [{ name: ROW_ID.name, type: null, expression }];
}

/**
 * Every time is read with nine decimals in UTC and cut to the target's precision by the view, so that a text without a
 * zone is right in any time zone of the server.
 */
function incomingColumn({ name, type }: Column): IncomingColumn {
  return {
    name,
    type: type.replace(/DateTime(64\(9\))?/, "DateTime64(9, 'UTC')"),
    expression: identifier(name),
  };
}

/** As `incomingColumn`, but for what glassflow writes in a way that the target column would refuse or misread. */
function glassflowColumn(column: Column): IncomingColumn {
  const incoming = incomingColumn(column);
  const { expression } = incoming;
  // A span that ends before it starts has a negative duration; the exporter's table holds it wrapped around.
  if (column.name === 'Duration') {
    return { ...incoming, type: 'Int64', expression: `reinterpretAsUInt64(${expression})` };
  }
  // NaN is sent as null, which a plain column would store as a plausible 0.
  if (column.type === 'Float64') {
    return { ...incoming, type: 'Nullable(Float64)', expression: `ifNull(${expression}, nan)` };
  }
  if (column.type === 'Array(Float64)') {
    const nanForNull = `arrayMap(value -> ifNull(value, nan), ${expression})`;
    return { ...incoming, type: 'Array(Nullable(Float64))', expression: nanForNull };
  }
  return incoming;
}

function glassflowColumnNames(kind: RowKind): Set<string> {
  const fields = glassflowFieldsOf(kind).flatMap(field => ('fields' in field ? field.fields : [field]));
  return new Set(fields.flatMap(field => ('column' in field ? [field.column.name] : [])));
}

/**
 * Two tables in one group would each get a part of the rows. So the group names all that tells a table from another: the
 * database, the table, and the topic that it is filled from.
 */
function consumerGroup(kind: RowKind, { groupPrefix, database, topics }: SchemaOptions): string {
  return `${groupPrefix}-${database}.${TABLES[kind].name}.${topics[kind] ?? ''}`;
}

/** Pinned, since the default of servers became `best_effort` with 26.5. */
function timeSettings({ rowFormat, timeFormat }: SchemaOptions): string[] {
  if (rowFormat === 'clickhouse' && timeFormat === 'rfc3339') {
    return ['    -- Reads time_format: rfc3339 and text.', "    date_time_input_format = 'best_effort',"];
  }
  return [
    '    -- Reads time_format: exact and text, on every server.',
    "    date_time_input_format = 'basic',",
  ];
}

function kafkaSettings(kind: RowKind, options: SchemaOptions): string[] {
  const nestedJson =
    options.rowFormat === 'glassflow'
      ? [
          '    -- Exemplars and quantiles are nested objects; without this they are dropped without a word.',
          '    input_format_import_nested_json = 1,',
        ]
      : [];
  return [
    `    kafka_broker_list = ${literal(options.brokers.join(','))},`,
    `    kafka_topic_list = ${literal(options.topics[kind] ?? '')},`,
    `    kafka_group_name = ${literal(consumerGroup(kind, options))},`,
    "    kafka_format = 'JSONEachRow',",
    '    -- A message that cannot be read goes to the errors table; by default it would stop its partition.',
    "    kafka_handle_error_mode = 'stream',",
    ...timeSettings(options),
    ...nestedJson,
    '    -- More consumers read in parallel, up to the number of partitions.',
    '    kafka_num_consumers = 1,',
    '    -- Rows are stored when there are this many or after this time, whichever is first: the greater, the fewer',
    '    -- parts to merge; the smaller, the less memory is used and the sooner rows are seen.',
    '    kafka_max_block_size = 131072,',
    '    kafka_flush_interval_ms = 2000',
  ];
}
