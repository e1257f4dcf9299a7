import { createStatement } from '../../../src/ddl/objects.js';
import type { SchemaOptions } from '../../../src/ddl/schema-options.js';
import { targetTable, traceTimesTable, traceTimesView } from '../../../src/ddl/target-tables.js';
import { CLICKHOUSE_READERS } from '../../../src/encodings/clickhouse-readers.js';
import { columnsOf, type RowKind, TABLES } from '../../../src/tables/columns.js';
import { identifier, literal } from '../../../src/tables/sql.js';
import { type Format, typeWithDictionaries } from './formats.js';

const DATABASE = 'otel';
const READ = { rowFormat: 'clickhouse', timeFormat: 'exact', metricTime: 'seconds' } as const;
const SCHEMA: SchemaOptions = { brokers: [], groupPrefix: '', topics: {}, database: DATABASE, ...READ };

/** One thread, so that its CPU time is that of the rows; blocks go to the table as large as the printed Kafka tables make them. */
const SETTINGS = [
  'max_threads = 1',
  'max_insert_threads = 1',
  'input_format_parallel_parsing = 0',
  'min_insert_block_size_rows = 131072',
  'min_insert_block_size_bytes = 0',
  'throw_on_max_partitions_per_insert_block = 0',
];

/** Tables as `otelrows schema clickhouse` prints them, without what reads from Kafka. */
export function tableStatements(kind: RowKind): string[] {
  return [
    `CREATE DATABASE IF NOT EXISTS ${DATABASE}`,
    ...[
      targetTable(kind, SCHEMA),
      ...(kind === 'traces' ? [traceTimesTable(SCHEMA), traceTimesView(SCHEMA)] : []),
    ].map(object => createStatement(object, SCHEMA)),
    // What merges take depends on the rows alone, and would be counted to whatever runs meanwhile.
    'SYSTEM STOP MERGES',
  ];
}

export function tableOf(kind: RowKind): string {
  return `${DATABASE}.${TABLES[kind].name}`;
}

/** Makes columns of the table's types and throws them away. */
export function parseStatement(kind: RowKind, format: Format, file: string): string {
  const stored = literal(
    columnsOf(kind, READ.metricTime)
      .map(({ name, type }) => `${identifier(name)} ${type}`)
      .join(', '),
  );
  return `INSERT INTO FUNCTION null(${stored}) ${selectFrom(kind, format, file)}`;
}

/** What the view of the printed Kafka tables does. */
export function insertStatement(kind: RowKind, format: Format, file: string): string {
  return `INSERT INTO ${tableOf(kind)} ${selectFrom(kind, format, file)}`;
}

/** Writes the same blocks again, with dictionaries. */
export function dictionariesStatement(
  kind: RowKind,
  plain: { format: Format; file: string },
  { format, file }: { format: Format; file: string },
): string {
  const target = `file(${literal(file)}, Native, ${structureOf(kind, format)})`;
  const blockByBlock = 'max_threads = 1, min_insert_block_size_rows = 0, min_insert_block_size_bytes = 0';
  return (
    `INSERT INTO FUNCTION ${target} SELECT * FROM ${sourceOf(kind, plain.format, plain.file)} ` +
    `SETTINGS ${blockByBlock}`
  );
}

/** As Kafka's clients compress unless they are told otherwise. */
const LEVELS = { lz4: 1, zst: 3 };

/** Compresses a file as a whole. @param method by the ending that ClickHouse knows it by. */
export function compressStatement(file: string, method: 'lz4' | 'zst'): string {
  return (
    `INSERT INTO FUNCTION file(${literal(`${file}.${method}`)}, RawBLOB, 'bytes String') ` +
    `SELECT * FROM file(${literal(file)}, RawBLOB, 'bytes String') ` +
    `SETTINGS output_format_compression_level = ${LEVELS[method]}`
  );
}

/** What a table holds, whatever the order of its rows. */
export function fingerprintStatement(kind: RowKind): string {
  return `SELECT count() AS rows, sum(cityHash64(*)) AS hash FROM ${tableOf(kind)}`;
}

function selectFrom(kind: RowKind, format: Format, file: string): string {
  const { columns, settings } = CLICKHOUSE_READERS[format.encoding](kind, READ);
  const read = columns.map(({ expression, name }) => `${expression} AS ${identifier(name)}`).join(', ');
  const reading = settings.filter(line => !line.startsWith('--'));
  return `SELECT ${read} FROM ${sourceOf(kind, format, file)} SETTINGS ${[...SETTINGS, ...reading].join(', ')}`;
}

function sourceOf(kind: RowKind, format: Format, file: string): string {
  const reader = CLICKHOUSE_READERS[format.encoding](kind, READ);
  return `file(${literal(file)}, ${reader.format}, ${structureOf(kind, format)})`;
}

/** The types that a file's columns are read as: where it has dictionaries, those of the table. */
function structureOf(kind: RowKind, format: Format): string {
  const { columns } = CLICKHOUSE_READERS[format.encoding](kind, READ);
  const types = new Map(columnsOf(kind, READ.metricTime).map(({ name, type }) => [name, type]));
  return literal(
    columns
      .map(({ name, type }) => {
        const read =
          format.dictionaries === 'none' ? type : typeWithDictionaries(types.get(name) ?? type, format);
        return `${identifier(name)} ${read}`;
      })
      .join(', '),
  );
}
