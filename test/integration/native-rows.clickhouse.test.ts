import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SchemaOptions } from '../../src/ddl/schema-options.js';
import { ROW_KINDS } from '../../src/tables/columns.js';
import { secondsOf } from '../golden/expected-json.js';
import { storedRows } from '../golden/golden-cases.js';
import { type Json, member } from '../golden/lossless-json.js';
import type { Clickhouse } from '../support/clickhouse.js';
import { CLICKHOUSES, readsAllDoubles } from '../support/clickhouse-versions.js';
import {
  corpusRows,
  distinctCases,
  EXPORTER_TABLES,
  expectedRows,
  fitsDateTime,
  wholeText,
} from '../support/corpus-rows.js';
import { explodedRows, type KindRow } from '../support/exploded-rows.js';
import { type NativeSettings, nativeBlocks } from '../support/native-corpus.js';
import { exporterTables, printedTables } from '../support/row-stores.js';

/** So that blocks have one row, several, and what is left over. */
const ROWS_PER_BLOCK = 7;

const NEW_YORK = "session_timezone = 'America/New_York'";

let databaseCount = 0;
const freshDatabase = () => `native_${++databaseCount}`;

describe.each(CLICKHOUSES.map(({ name, open }) => [name, open] as const))('ClickHouse %s', (name, open) => {
  let clickhouse: Clickhouse;
  beforeAll(async () => {
    clickhouse = await open();
  });
  afterAll(() => clickhouse.close());

  it.each(['seconds', 'nanoseconds'] as const)(
    'stores native rows with times of %s as the exporter stores them, byte for byte',
    async metric_time => {
      const tables = EXPORTER_TABLES[metric_time];
      const store = await exporterTables(clickhouse, freshDatabase(), tables, NEW_YORK, 'Native');
      const rows = corpus({ row_format: 'clickhouse', metric_time });
      for (const kind of ROW_KINDS) {
        const ofKind = rows.filter(row => row.kind === kind);
        expect(ofKind.length, `rows of ${kind} in the corpus`).toBeGreaterThan(0);
        const blocks = nativeBlocks(
          kind,
          ofKind.map(({ row }) => row),
          { row_format: 'clickhouse', metric_time },
          ROWS_PER_BLOCK,
        );
        expect(await store(kind, blocks)).toStrictEqual(expectedRows(ofKind, tables, secondsOf, wholeText));
      }
    },
  );

  it('stores native rows in glassflow format as it stores their messages, where JSON can say what they hold', async () => {
    const tables = EXPORTER_TABLES.seconds;
    const storeBlocks = await exporterTables(clickhouse, freshDatabase(), tables, NEW_YORK, 'Native');
    const storeMessages = await printedTables(clickhouse, glassflowOptions(), tables, NEW_YORK);
    const messages = corpusRows({ row_format: 'glassflow' });
    const rows = corpus(GLASSFLOW).map((row, i) => ({ ...row, message: messages[i]?.message ?? NO_BYTES }));
    const comparable = rows.filter(row => fitsDateTime(row) && !lossy(row.message, name));
    expect(comparable.length).toBeGreaterThan(0.9 * rows.length);

    for (const kind of ROW_KINDS) {
      const ofKind = comparable.filter(row => row.kind === kind);
      const decoded = ofKind.map(({ row }) => row);
      const stored = await storeBlocks(kind, nativeBlocks(kind, decoded, GLASSFLOW, ROWS_PER_BLOCK));
      expect(stored).toHaveLength(ofKind.length);
      expect(stored).toStrictEqual(
        await storeMessages(
          kind,
          ofKind.map(({ message }) => message),
        ),
      );
    }
  });
});

const GLASSFLOW: NativeSettings = { row_format: 'glassflow', metric_time: 'seconds' };
const NO_BYTES = Buffer.alloc(0);

function glassflowOptions(): SchemaOptions {
  return {
    brokers: ['localhost:9092'],
    groupPrefix: 'test',
    topics: Object.fromEntries(ROW_KINDS.map(kind => [kind, kind])),
    database: freshDatabase(),
    rowFormat: 'glassflow',
    timeFormat: 'exact',
    metricTime: 'seconds',
  };
}

/** JSON has U+FFFD for bytes that are not UTF-8, and glassflow the greatest double for an infinity. */
function lossy(message: Buffer, version: string): boolean {
  if (message.includes('5e-324') && !readsAllDoubles(version)) return true;
  return /\\ufffd|\ufffd|1\.7976931348623157e\+308/.test(message.toString());
}

interface StoredRow extends KindRow {
  stored: Json;
}

/** Every row of the corpus, beside the columns that the exporter stores for the same item. */
function corpus({ row_format }: NativeSettings): StoredRow[] {
  return distinctCases().flatMap(golden => {
    const rows = explodedRows(golden.signal, golden.value, {
      encoding: golden.encoding,
      rowFormat: row_format,
    });
    return storedRows(golden).map((stored, i) => {
      const row = rows[i];
      if (row === undefined) throw new Error(`${golden.name}: no row ${i}`);
      return { ...row, stored: member(stored, 'columns') };
    });
  });
}
