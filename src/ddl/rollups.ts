import { columnsOf, type RowKind, TABLES } from '../tables/columns.js';
import { boundedSeconds, expiryOf } from '../tables/sql.js';
import { type SchemaObject, type Table, type TableColumn, tableName, type View } from './objects.js';
import { ROLLUP_SECONDS } from './rollup-seconds.js';
import { collapsesRows, type SchemaOptions } from './schema-options.js';

/**
 * Tables that say how many rows there were of what, and what they measured, for each length of time that was asked for, and
 * the views that fill them from the table of the rows.
 *
 * Without row ids a view counts rows as they are stored, each as often as it is stored: a row that comes twice, from a block
 * that the Kafka engine read again or from a replay, counts twice. With row ids a view counts from time to time what the
 * table holds then, each id once, for those times of which rows have come, and what it counted before is replaced.
 */
export function rollupObjects(kind: RowKind, options: SchemaOptions): SchemaObject[] {
  const { rollups = [] } = options;
  const [finest] = [...rollups].sort((a, b) => secondsOf(a) - secondsOf(b));
  if (finest === undefined) return [];
  if (!collapsesRows(options))
    return rollups.flatMap(rollup => [
      rollupTable(kind, rollup, options),
      countingView(kind, rollup, options),
    ]);
  return [
    touchedTable(kind),
    touchedView(kind, finest, options),
    ...rollups.flatMap(rollup => [rollupTable(kind, rollup, options), recountingView(kind, rollup, options)]),
  ];
}

interface Value {
  readonly name: string;
  readonly type: string;
  readonly expression: string;
}

interface Counted {
  /** Columns of the rows that rows are counted by. */
  readonly keys: readonly string[];
  readonly values: readonly Value[];
  /** What is not counted does not hold. */
  readonly where?: string;
}

/** Within 1 % of the exact value, whatever the order in which parts are merged, and in the fewest bytes of those tried. */
const QUANTILES = 'quantilesDD(0.01, 0.5, 0.9, 0.95, 0.99)';

/** A span that ends before it starts has a Duration near 2^64. */
const HAS_DURATION = 'reinterpretAsInt64(Duration) >= 0';

/** Bit 0 of Flags says that a point has no value. */
const HAS_VALUE = 'bitAnd(Flags, 1) = 0';

const METRIC_KEYS = ['ServiceName', 'MetricName', 'MetricUnit'];

const COUNTS: Record<RowKind, Counted> = {
  traces: {
    keys: ['ServiceName', 'SpanName', 'SpanKind'],
    values: [
      sumOf('Calls', 'UInt64', 'count()'),
      sumOf('Errors', 'UInt64', "countIf(StatusCode = 'Error')"),
      sumOf('DurationCount', 'UInt64', `countIf(${HAS_DURATION})`),
      // A sum of nanoseconds in 64 bits would wrap around after some senders' defects.
      sumOf('DurationSum', 'Float64', `sumIf(toFloat64(Duration), ${HAS_DURATION})`),
      {
        name: 'DurationQuantiles',
        type: `AggregateFunction(${QUANTILES}, UInt64)`,
        expression: `${QUANTILES.replace('(', 'StateIf(')}(Duration, ${HAS_DURATION})`,
      },
    ],
  },
  logs: {
    keys: ['ServiceName', 'SeverityText', 'SeverityNumber'],
    values: [sumOf('Records', 'UInt64', 'count()')],
  },
  gauge: measured([]),
  sum: measured(['AggregationTemporality', 'IsMonotonic']),
  histogram: counted(['AggregationTemporality']),
  exponential_histogram: counted(['AggregationTemporality']),
  summary: counted([]),
};

/** Points that are one number. */
function measured(keys: readonly string[]): Counted {
  return {
    keys: [...METRIC_KEYS, ...keys],
    values: [
      sumOf('Points', 'UInt64', 'count()'),
      sumOf('ValueSum', 'Float64', 'sum(Value)'),
      { name: 'ValueMin', type: 'SimpleAggregateFunction(min, Float64)', expression: 'min(Value)' },
      { name: 'ValueMax', type: 'SimpleAggregateFunction(max, Float64)', expression: 'max(Value)' },
    ],
    where: `${HAS_VALUE} AND isFinite(Value)`,
  };
}

/** Points that are a count and a sum. */
function counted(keys: readonly string[]): Counted {
  return {
    keys: [...METRIC_KEYS, ...keys],
    values: [
      sumOf('Points', 'UInt64', 'count()'),
      sumOf('ValueCount', 'UInt64', 'sum(Count)'),
      sumOf('ValueSum', 'Float64', 'sumIf(Sum, isFinite(Sum))'),
    ],
    where: HAS_VALUE,
  };
}

function sumOf(name: string, type: string, expression: string): Value {
  return { name, type: `SimpleAggregateFunction(sum, ${type})`, expression };
}

/** The begin of the time that is counted. */
const TIME: TableColumn = { name: 'Time', type: 'DateTime', codec: 'Delta, ZSTD(3)' };

/** When it was counted. Of two counts of the same, the later one holds. */
const COUNTED: TableColumn = { name: 'Counted', type: 'DateTime64(3)', codec: 'Delta, ZSTD(3)' };

function rollupTable(kind: RowKind, rollup: string, options: SchemaOptions): Table {
  const { keys, values } = COUNTS[kind];
  const types = new Map(columnsOf(kind, options.metricTime).map(({ name, type }) => [name, type]));
  const { rollupRetentionSeconds } = options;
  return {
    kind: 'table',
    name: rollupName(kind, rollup),
    columns: [
      TIME,
      ...keys.map(name => ({ name, type: types.get(name) ?? 'String', codec: 'ZSTD(3)' })),
      ...values.map(({ name, type }) => ({ name, type, codec: 'ZSTD(3)' })),
      ...(collapsesRows(options) ? [COUNTED] : []),
    ],
    ...(collapsesRows(options)
      ? { engine: 'ReplacingMergeTree', version: COUNTED.name }
      : { engine: 'AggregatingMergeTree' }),
    partitionBy: 'toYYYYMM(Time)',
    orderBy: `(${[...keys, 'Time'].join(', ')})`,
    // Not by dropping whole parts, which hold a month: these tables are small, and what is to be kept for a day is.
    ...(rollupRetentionSeconds === undefined ? {} : { ttl: [expiryOf(TIME, rollupRetentionSeconds)] }),
  };
}

/** Counts the rows of each block that is stored. */
function countingView(kind: RowKind, rollup: string, options: SchemaOptions): View {
  const { where } = COUNTS[kind];
  return {
    kind: 'view',
    name: `${rollupName(kind, rollup)}_mv`,
    to: rollupName(kind, rollup),
    select: [
      'SELECT',
      selected(kind, rollup, options).join(',\n'),
      `FROM ${tableName(TABLES[kind].name, options)}`,
      ...(where === undefined ? [] : [`WHERE ${where}`]),
      groupBy(kind),
    ].join('\n'),
  };
}

/**
 * Counts anew what rows have come for since it was counted last. It asks the rollup when that was, so that nothing is left
 * out however long the server was away, and looks ten minutes further back: a block's time is noted before it is stored.
 *
 * A time of which rows may have been deleted is not counted again: its rows would be fewer than they were.
 */
function recountingView(kind: RowKind, rollup: string, options: SchemaOptions): View {
  const { where } = COUNTS[kind];
  const seconds = secondsOf(rollup);
  const time = timeColumn(kind, options);
  const { retentionSeconds } = options;
  return {
    kind: 'view',
    name: `${rollupName(kind, rollup)}_mv`,
    to: rollupName(kind, rollup),
    refresh: `EVERY ${Math.min(seconds / 60, REFRESH_MINUTES_MAX)} MINUTE`,
    select: [
      'WITH touched AS (',
      `    SELECT DISTINCT ${bucket('toInt64(Time)', seconds)} AS Begin`,
      `    FROM ${tableName(touchedName(kind), options)}`,
      `    WHERE Touched > (SELECT max(Counted) FROM ${tableName(rollupName(kind, rollup), options)}) - toIntervalMinute(10)`,
      ...(retentionSeconds === undefined
        ? []
        : [`        AND toInt64(Begin) > toInt64(now()) - ${retentionSeconds}`]),
      ')',
      'SELECT',
      [...selected(kind, rollup, options), `    now64(3) AS ${COUNTED.name}`].join(',\n'),
      `FROM ${tableName(TABLES[kind].name, options)} FINAL`,
      // The days first: they are partitions, so that the others are not looked at. A day begins by the server's clock, and
      // so it may begin within what is counted.
      `WHERE toDate(${time.name}) IN (SELECT arrayJoin([toDate(Begin), toDate(Begin + ${seconds - 1})]) FROM touched)`,
      `    AND Time IN (SELECT Begin FROM touched)${where === undefined ? '' : ` AND ${where}`}`,
      groupBy(kind),
    ].join('\n'),
  };
}

/** However long the times are that are counted: so old may a count be. */
const REFRESH_MINUTES_MAX = 15;

/** For which times rows have come, and when the last ones came. */
function touchedTable(kind: RowKind): Table {
  return {
    kind: 'table',
    name: touchedName(kind),
    columns: [TIME, { name: 'Touched', type: 'DateTime64(3)', codec: 'Delta, ZSTD(3)' }],
    engine: 'ReplacingMergeTree',
    version: 'Touched',
    orderBy: 'Time',
    ttl: [expiryOf({ name: 'Touched', type: 'DateTime64(3)' }, TOUCHED_KEPT_SECONDS)],
  };
}

/** Longer than a server is away, or a view fails, without that someone sees to it. */
const TOUCHED_KEPT_SECONDS = 30 * 86_400;

function touchedView(kind: RowKind, finest: string, options: SchemaOptions): View {
  return {
    kind: 'view',
    name: `${touchedName(kind)}_mv`,
    to: touchedName(kind),
    select: [
      `SELECT ${bucketOf(kind, finest, options)} AS Time, now64(3) AS Touched`,
      `FROM ${tableName(TABLES[kind].name, options)}`,
      'GROUP BY Time',
    ].join('\n'),
  };
}

function selected(kind: RowKind, rollup: string, options: SchemaOptions): string[] {
  const { keys, values } = COUNTS[kind];
  return [
    `${bucketOf(kind, rollup, options)} AS Time`,
    ...keys,
    ...values.map(({ name, expression }) => `${expression} AS ${name}`),
  ].map(line => `    ${line}`);
}

function groupBy(kind: RowKind): string {
  return `GROUP BY ${[...COUNTS[kind].keys, 'Time'].join(', ')}`;
}

/** The begin of the time that a row is counted in. */
function bucketOf(kind: RowKind, rollup: string, options: SchemaOptions): string {
  return bucket(boundedSeconds(timeColumn(kind, options)), secondsOf(rollup));
}

/** In numbers: functions of dates throw or wrap around at times that some sender made up, and so would stop all rows. */
function bucket(seconds: string, length: number): string {
  return `toDateTime(intDiv(${seconds}, ${length}) * ${length})`;
}

function timeColumn(kind: RowKind, { metricTime }: SchemaOptions): { name: string; type: string } {
  const name = kind === 'traces' || kind === 'logs' ? 'Timestamp' : 'TimeUnix';
  const type = columnsOf(kind, metricTime).find(column => column.name === name)?.type ?? 'DateTime';
  return { name, type };
}

function secondsOf(rollup: string): number {
  const seconds = ROLLUP_SECONDS[rollup];
  if (seconds === undefined)
    throw new Error(`rollup ${rollup} is none of ${Object.keys(ROLLUP_SECONDS).join(', ')}`);
  return seconds;
}

function rollupName(kind: RowKind, rollup: string): string {
  return `${TABLES[kind].name}_${rollup}`;
}

function touchedName(kind: RowKind): string {
  return `${TABLES[kind].name}_touched`;
}
