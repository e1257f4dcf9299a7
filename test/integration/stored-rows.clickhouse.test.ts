import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MetricTime, ROW_KINDS, TABLES } from '../../src/tables/columns.js';
import type { SchemaOptions } from '../../src/tables/ddl.js';
import type { TransformSettings } from '../../src/transform/transform-record.js';
import { secondsOf } from '../golden/expected-json.js';
import { type Json, member, membersOf } from '../golden/lossless-json.js';
import { type Clickhouse, openClickhouse } from '../support/clickhouse.js';
import {
  type CorpusRow,
  corpusRows,
  EXPORTER_TABLES,
  expectedRows,
  type Tables,
} from '../support/corpus-rows.js';
import { exporterTables, printedTables, type Store } from '../support/row-stores.js';

let clickhouse: Clickhouse;
beforeAll(() => {
  clickhouse = openClickhouse();
});
afterAll(() => clickhouse.close());

const NEW_YORK = "session_timezone = 'America/New_York'";

// What servers from before 26.5 do by default; they refuse more texts.
const BASIC = "date_time_input_format = 'basic'";

const DEFAULTS = '';

describe('rows are stored as the exporter stores them, with default settings', () => {
  it.each([
    ['seconds', DEFAULTS],
    ['seconds', NEW_YORK],
    ['seconds', `${BASIC}, ${NEW_YORK}`],
    ['nanoseconds', DEFAULTS],
    ['nanoseconds', `${BASIC}, ${NEW_YORK}`],
  ] as const)("in the exporter's tables of %s with settings '%s'", (metric_time, session) => {
    const tables = EXPORTER_TABLES[metric_time];
    const store = exporterTables(clickhouse, freshDatabase(), tables, session);
    expectStored(corpusRows({ metric_time }), store, rows => expectedRows(rows, tables, secondsOf));
  });

  it.each([
    ['seconds', DEFAULTS],
    ['seconds', NEW_YORK],
    ['nanoseconds', NEW_YORK],
  ] as const)('in the printed tables of %s with settings "%s"', (metric_time, session) => {
    const tables = EXPORTER_TABLES[metric_time];
    const store = printedTables(clickhouse, optionsFor(metric_time), tables, session);
    expectStored(corpusRows({ metric_time }), store, rows => expectedRows(rows, tables, secondsOf));
  });
});

describe('times as text are the same instants through the printed tables, in any time zone', () => {
  it.each([
    ['text', 'seconds'],
    ['text', 'nanoseconds'],
    ['rfc3339', 'seconds'],
    ['rfc3339', 'nanoseconds'],
  ] as const)('time_format %s, metric_time %s', (time_format, metric_time) => {
    const tables = EXPORTER_TABLES[metric_time];
    const store = printedTables(clickhouse, optionsFor(metric_time), tables, NEW_YORK);
    const rows = corpusRows({ time_format, metric_time });

    expectStored(rows.filter(isReadable), store, readable => expectedRows(readable, tables, clampedSeconds));
    const unreadable = rows.filter(row => !isReadable(row));
    expect(unreadable.length).toBeGreaterThan(0);
    for (const { kind, message } of unreadable) {
      expect(() => store(kind, [message])).toThrow('DECIMAL_OVERFLOW');
    }
  });
});

describe('rows in glassflow format through the printed tables', () => {
  it('keep exemplars, quantiles, negative durations and NaN', () => {
    const options: SchemaOptions = { ...optionsFor('seconds'), rowFormat: 'glassflow' };
    const tables = withoutAttributeTexts(EXPORTER_TABLES.seconds);
    const store = printedTables(clickhouse, options, tables, NEW_YORK);
    const settings: Partial<TransformSettings> = { row_format: 'glassflow' };
    const rows = corpusRows(settings).map(row => ({ ...row, stored: asGlassflowTellsIt(row.stored) }));

    expectStored(rows.filter(isReadable), store, readable => expectedRows(readable, tables, clampedSeconds));
  });
});

let databaseCount = 0;

function freshDatabase(): string {
  return `stored_${++databaseCount}`;
}

function optionsFor(metricTime: MetricTime): SchemaOptions {
  return {
    brokers: ['localhost:9092'],
    groupPrefix: 'test',
    topics: Object.fromEntries(ROW_KINDS.map(kind => [kind, kind])),
    database: freshDatabase(),
    rowFormat: 'clickhouse',
    metricTime,
  };
}

function expectStored(
  rows: readonly CorpusRow[],
  store: Store,
  expected: (rows: readonly CorpusRow[]) => string[],
): void {
  for (const kind of ROW_KINDS) {
    const ofKind = rows.filter(row => row.kind === kind);
    expect(ofKind.length, `rows of ${kind} in the corpus`).toBeGreaterThan(0);
    const messages = ofKind.map(({ message }) => message);
    expect(store(kind, messages)).toStrictEqual(expected(ofKind));
  }
}

/**
 * ClickHouse's date parser overflows for the text of -2^63 nanoseconds, and for that instant only. The Kafka engine
 * table puts such a message aside with its errors.
 */
function isReadable({ kind, stored }: CorpusRow): boolean {
  const times = TABLES[kind].columns.filter(({ type }) => type.includes('DateTime'));
  return !times.some(({ name }) => [member(stored, name)].flat().includes(String(-(2n ** 63n))));
}

/** ClickHouse cuts a time that a DateTime cannot hold to the nearest end; the exporter's conversion wraps it around. */
function clampedSeconds(unixNano: bigint): bigint {
  if (unixNano < 0n) return 0n;
  const seconds = unixNano / 1_000_000_000n;
  return seconds < 2n ** 32n ? seconds : 2n ** 32n - 1n;
}

/** Texts of attributes and bodies differ between the formats; the golden tests hold glassflow's. */
function withoutAttributeTexts(tables: Tables): Tables {
  return Object.fromEntries(
    Object.entries(tables).map(([table, columns]) => [
      table,
      columns.filter(([name, type]) => !type.includes('Map(') && name !== 'Body'),
    ]),
  );
}

/** What the exporter stores, as far as glassflow can tell it: no empty ids, no infinities, no event names. */
function asGlassflowTellsIt(stored: Json): Json {
  return { members: membersOf(stored).map(([name, value]) => [name, toldValue(name, value)]) };
}

function toldValue(name: string, value: Json): Json {
  if (Array.isArray(value)) return value.map(element => toldValue(name, element));
  if (name === 'EventName') return '';
  if (name.endsWith('TraceId') && value === '') return '0'.repeat(32);
  if (name.endsWith('SpanId') && value === '') return '0'.repeat(16);
  if (value === 'Infinity') return Number.MAX_VALUE;
  if (value === '-Infinity') return -Number.MAX_VALUE;
  return value;
}
