import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SchemaOptions } from '../../src/ddl/schema-options.js';
import { type MetricTime, ROW_KINDS } from '../../src/tables/columns.js';
import type { TimeFormat } from '../../src/tables/row.js';
import type { TransformSettings } from '../../src/transform/transform-record.js';
import { decimalSeconds } from '../../src/values/time-text.js';
import { secondsOf } from '../golden/expected-json.js';
import { type Json, membersOf } from '../golden/lossless-json.js';
import type { Clickhouse } from '../support/clickhouse.js';
import { CLICKHOUSES, readsAllDoubles } from '../support/clickhouse-versions.js';
import {
  corpusRows as allCorpusRows,
  type CorpusRow,
  EXPORTER_TABLES,
  expectedRows,
  fitsDateTime,
  type Tables,
  timesOf,
} from '../support/corpus-rows.js';
import { exporterTables, printedTables, type Store } from '../support/row-stores.js';
import { optionsFor as anyOptions } from '../support/schema-options.js';

const UTC = "session_timezone = 'UTC'";
const NEW_YORK = "session_timezone = 'America/New_York'";

// What servers from before 26.5 do by default; they refuse more texts.
const BASIC = "date_time_input_format = 'basic'";

const DEFAULTS = '';

/** Seconds that are few digits, a year, a date, a month or beyond 32 bits, and both ends of 64 bits. */
const INSTANTS = [
  ...[0n, 7n, 42n, 999n, 1234n, 1970n, 2025n, 99_999n, 202_501n, 9_999_999n, 20_250_101n, 999_999_999n],
  ...[1_000_000_000n, 978_307_199n, 1_760_000_000n, 2n ** 31n, 2n ** 32n, 9_223_372_035n],
]
  .flatMap(seconds => [0n, 1n, 159_827n, 999_999_999n].map(nanos => seconds * 1_000_000_000n + nanos))
  .flatMap(instant => (instant === 0n ? [0n] : [instant, -instant]))
  .concat(2n ** 63n - 1n, -(2n ** 63n), -(2n ** 63n) + 1n);

describe.each(CLICKHOUSES.map(({ name, open }) => [name, open] as const))('ClickHouse %s', (name, open) => {
  let clickhouse: Clickhouse;
  const corpusRows = (settings: Partial<TransformSettings>) =>
    allCorpusRows(settings).filter(row => readsAllDoubles(name) || !row.message.includes('5e-324'));
  beforeAll(async () => {
    clickhouse = await open();
  });
  afterAll(() => clickhouse.close());

  describe('stores every row as the exporter stores it, through the printed tables', () => {
    it.each([
      ['seconds', DEFAULTS],
      ['seconds', NEW_YORK],
      ['nanoseconds', DEFAULTS],
      ['nanoseconds', NEW_YORK],
    ] as const)('of %s with settings "%s"', async (metric_time, session) => {
      const tables = EXPORTER_TABLES[metric_time];
      const store = await printedTables(clickhouse, optionsFor(metric_time), tables, session);
      await expectStored(corpusRows({ metric_time }), store, rows => expectedRows(rows, tables, secondsOf));
    });
  });

  it('stores any instant by INSERT since 1970, and any at all through the printed tables', async () => {
    await clickhouse.query(
      'CREATE TABLE instants (t DateTime64(9), ts Array(DateTime64(9))) ENGINE = Memory',
    );
    await clickhouse.query(
      "CREATE TABLE printed (t DateTime64(9, 'UTC'), ts Array(DateTime64(9, 'UTC'))) ENGINE = Memory",
    );
    const message = (instant: bigint) =>
      Buffer.from(`{"t":"${decimalSeconds(instant)}","ts":["${decimalSeconds(instant)}"]}`);
    const since1970 = INSTANTS.filter(instant => instant >= 0n);
    await clickhouse.insert('instants', since1970.map(message), NEW_YORK);
    await clickhouse.insert('printed', INSTANTS.map(message), `${BASIC}, ${NEW_YORK}`);

    const stored = async (table: string) => {
      const numbers = 'reinterpretAsInt64(t), reinterpretAsInt64(ts[1])';
      return (await clickhouse.query(`SELECT ${numbers} FROM ${table} FORMAT TabSeparated`))
        .trim()
        .split('\n');
    };
    const twice = (instant: bigint) => `${instant}\t${instant}`;
    expect((await stored('instants')).sort()).toStrictEqual(since1970.map(twice).sort());
    expect((await stored('printed')).sort()).toStrictEqual(INSTANTS.map(twice).sort());
  });

  describe("stores every row as the exporter stores it, by INSERT into the exporter's tables", () => {
    it.each([
      ['seconds', DEFAULTS],
      ['seconds', NEW_YORK],
      ['seconds', `${BASIC}, ${NEW_YORK}`],
    ] as const)('of %s with settings "%s"', async (metric_time, session) => {
      const tables = EXPORTER_TABLES[metric_time];
      const store = await exporterTables(clickhouse, freshDatabase(), tables, session);
      await expectStored(corpusRows({ metric_time }), store, rows => expectedRows(rows, tables, secondsOf));
    });

    it.each([DEFAULTS, NEW_YORK, BASIC])('of nanoseconds since 1970 with settings "%s"', async session => {
      const tables = EXPORTER_TABLES.nanoseconds;
      const store = await exporterTables(clickhouse, freshDatabase(), tables, session);
      const rows = corpusRows({ metric_time: 'nanoseconds' });
      const since1970 = rows.filter(row => timesOf(row).every(time => time >= 0n));
      expect(since1970.length).toBeLessThan(rows.length);
      await expectStored(since1970, store, stored => expectedRows(stored, tables, secondsOf));
    });

    it('of nanoseconds since 1900, in UTC', async () => {
      const tables = EXPORTER_TABLES.nanoseconds;
      const store = await exporterTables(clickhouse, freshDatabase(), tables, UTC);
      const since1900 = corpusRows({ metric_time: 'nanoseconds' }).filter(row =>
        timesOf(row).every(time => time >= START_OF_1900),
      );
      await expectStored(since1900, store, stored => expectedRows(stored, tables, secondsOf));
    });

    it('of nanoseconds before 1900, or refuses it', async () => {
      const tables = EXPORTER_TABLES.nanoseconds;
      const store = await exporterTables(clickhouse, freshDatabase(), tables, DEFAULTS);
      const before1900 = corpusRows({ metric_time: 'nanoseconds' }).filter(row =>
        timesOf(row).some(time => time < START_OF_1900),
      );
      expect(before1900).toHaveLength(1);
      for (const { kind, message } of before1900) {
        const stored = await store(kind, [message]).catch(error => String(error));
        const refused = expect.stringContaining('unexpected number of decimal digits');
        expect([expectedRows(before1900, tables, secondsOf), refused]).toContainEqual(stored);
      }
    });
  });

  describe('reads times as text as the same instants through the printed tables, in any time zone', () => {
    it.each([
      ['text', 'seconds'],
      ['text', 'nanoseconds'],
      ['rfc3339', 'seconds'],
      ['rfc3339', 'nanoseconds'],
    ] as const)('time_format %s, metric_time %s', async (time_format, metric_time) => {
      const tables = EXPORTER_TABLES[metric_time];
      const options = optionsFor(metric_time, time_format);
      const store = await printedTables(clickhouse, options, tables, NEW_YORK);
      const rows = corpusRows({ time_format, metric_time }).filter(fitsDateTime);
      await expectStored(rows, store, stored => expectedRows(stored, tables, secondsOf));
    });
  });

  it('keeps exemplars, quantiles, negative durations and NaN of rows in glassflow format', async () => {
    const options: SchemaOptions = { ...optionsFor('seconds'), rowFormat: 'glassflow' };
    const tables = withoutAttributeTexts(EXPORTER_TABLES.seconds);
    const store = await printedTables(clickhouse, options, tables, NEW_YORK);
    const settings: Partial<TransformSettings> = { row_format: 'glassflow' };
    const rows = corpusRows(settings)
      .filter(fitsDateTime)
      .map(row => ({ ...row, stored: asGlassflowTellsIt(row.stored) }));

    await expectStored(rows, store, stored => expectedRows(stored, tables, secondsOf));
  });
});

let databaseCount = 0;

function freshDatabase(): string {
  return `stored_${++databaseCount}`;
}

const optionsFor = (metricTime: MetricTime, timeFormat: TimeFormat = 'exact') =>
  anyOptions(freshDatabase(), { metricTime, timeFormat });

async function expectStored(
  rows: readonly CorpusRow[],
  store: Store,
  expected: (rows: readonly CorpusRow[]) => string[],
): Promise<void> {
  for (const kind of ROW_KINDS) {
    const ofKind = rows.filter(row => row.kind === kind);
    expect(ofKind.length, `rows of ${kind} in the corpus`).toBeGreaterThan(0);
    const messages = ofKind.map(({ message }) => message);
    expect(await store(kind, messages)).toStrictEqual(expected(ofKind));
  }
}

const START_OF_1900 = BigInt(Date.UTC(1900)) * 1_000_000n;

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
