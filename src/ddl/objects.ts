import { identifier, literal } from '../tables/sql.js';

/** A table or view of the schema, as data: printed by `createStatement`. */
export type SchemaObject = Table | View;

export interface Table {
  readonly kind: 'table';
  readonly name: string;
  readonly columns: readonly TableColumn[];
  /** Skip indexes for what is searched by and is not in the order. */
  readonly indexes?: readonly SkipIndex[];
  readonly engine: string;
  /** The column that says which of two rows replaces the other, for `ReplacingMergeTree`. */
  readonly version?: string;
  readonly partitionBy?: string;
  readonly orderBy?: string;
  /** Of one element for each thing that happens to old rows. */
  readonly ttl?: readonly string[];
  /** Lines of the statement without their commas: `name = value`, or a comment on the next one. */
  readonly settings?: readonly string[];
}

export interface TableColumn {
  readonly name: string;
  readonly type: string;
  readonly comment?: string;
  /** What is inside `CODEC(…)`. */
  readonly codec?: string;
  /** The expression that ClickHouse computes the column by. */
  readonly materialized?: string;
}

export interface SkipIndex {
  readonly name: string;
  readonly expression: string;
  readonly type: string;
  readonly granularity?: number;
}

/** Moves what is inserted into the table that it selects from into another one; with `refresh`, what that holds. */
export interface View {
  readonly kind: 'view';
  readonly name: string;
  /** The table it fills. */
  readonly to: string;
  /** When it runs, as `EVERY 5 MINUTE`; without it, it moves what is inserted. */
  readonly refresh?: string;
  readonly select: string;
}

/** Where the objects are made. */
export interface Place {
  readonly database: string;
  readonly cluster?: string;
  readonly replicated?: { readonly path?: string };
}

/** The statement that makes an object unless there is one of its name, without a semicolon. */
export function createStatement(object: SchemaObject, place: Place): string {
  return object.kind === 'table' ? createTable(object, place) : createView(object, place);
}

export function createDatabase(place: Place): string {
  return `CREATE DATABASE IF NOT EXISTS ${identifier(place.database)}${onCluster(place)}`;
}

function createTable(table: Table, place: Place): string {
  const lines = [...table.columns.map(columnDefinition), ...(table.indexes ?? []).map(indexDefinition)];
  return [
    `CREATE TABLE IF NOT EXISTS ${tableName(table.name, place)}${onCluster(place)}`,
    '(',
    lines.map(line => `    ${line}`).join(',\n'),
    ')',
    `ENGINE = ${engineOf(table, place)}`,
    ...(table.partitionBy === undefined ? [] : [`PARTITION BY ${table.partitionBy}`]),
    ...(table.orderBy === undefined ? [] : [`ORDER BY ${table.orderBy}`]),
    ...(table.ttl?.length ? [`TTL ${table.ttl.join(',\n    ')}`] : []),
    ...settingLines(table.settings ?? []),
  ].join('\n');
}

function createView({ name, to, refresh, select }: View, place: Place): string {
  return [
    `CREATE MATERIALIZED VIEW IF NOT EXISTS ${tableName(name, place)}${onCluster(place)}`,
    ...(refresh === undefined ? [] : [`REFRESH ${refresh} APPEND`]),
    `TO ${tableName(to, place)}`,
    `AS ${select}`,
  ].join('\n');
}

/** Of all servers of a cluster, as part of a statement. */
export function onCluster({ cluster }: Place): string {
  return cluster === undefined ? '' : ` ON CLUSTER ${identifier(cluster)}`;
}

/** The engine with its arguments. */
function engineOf({ engine, version }: Table, { replicated }: Place): string {
  const isReplicated = replicated !== undefined && engine.endsWith('MergeTree');
  const path = isReplicated && replicated.path ? [literal(replicated.path), literal('{replica}')] : [];
  const args = [...path, ...(version === undefined ? [] : [version])].join(', ');
  return `${isReplicated ? 'Replicated' : ''}${engine}${args && `(${args})`}`;
}

/** A column as CREATE TABLE and ALTER TABLE take it. */
export function columnDefinition({ name, type, materialized, comment, codec }: TableColumn): string {
  return [
    identifier(name),
    type,
    ...(materialized === undefined ? [] : [`MATERIALIZED ${materialized}`]),
    ...(comment === undefined ? [] : [`COMMENT ${literal(comment)}`]),
    ...(codec === undefined ? [] : [`CODEC(${codec})`]),
  ].join(' ');
}

/** An index as CREATE TABLE and ALTER TABLE take it. */
export function indexDefinition({ name, expression, type, granularity }: SkipIndex): string {
  const grain = granularity === undefined ? '' : ` GRANULARITY ${granularity}`;
  return `INDEX ${name} ${expression} TYPE ${type}${grain}`;
}

function settingLines(settings: readonly string[]): string[] {
  if (settings.length === 0) return [];
  const isLast = (i: number) => i === settings.length - 1;
  const lines = settings.map((line, i) => `    ${line}${line.startsWith('--') || isLast(i) ? '' : ','}`);
  return ['SETTINGS', lines.join('\n')];
}

/** A table's name with its database. */
export function tableName(name: string, { database }: Place): string {
  return `${identifier(database)}.${identifier(name)}`;
}
