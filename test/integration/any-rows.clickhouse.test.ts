import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTransform } from '../../src/create-transform.js';
import { encodeProtobuf } from '../../src/demo/telemetry/encode-otlp.js';
import { ROW_KINDS, type RowKind, TABLES } from '../../src/tables/columns.js';
import type { Row } from '../../src/tables/row.js';
import { explodeLogs, explodeMetrics, explodeTraces } from '../../src/transform/explode-bytes.js';
import { encodeTextLossless, wellFormed } from '../../src/values/text.js';
import { elementType, secondsOf } from '../golden/expected-json.js';
import type { Json } from '../golden/lossless-json.js';
import { allKindsOn } from '../support/all-kinds-on.js';
import { type Clickhouse, openClickhouse } from '../support/clickhouse.js';
import { type CorpusRow, EXPORTER_TABLES, expectedRows, wholeText } from '../support/corpus-rows.js';
import { nativeBlocks } from '../support/native-corpus.js';
import { requests } from '../support/otlp-arbitraries.js';
import { exporterTables } from '../support/row-stores.js';

let clickhouse: Clickhouse;
beforeAll(() => {
  clickhouse = openClickhouse();
});
afterAll(() => clickhouse.close());

const tables = EXPORTER_TABLES.seconds;
const settings = allKindsOn();
const transform = createTransform(settings);

/** So that blocks have one row, several, and what is left over. */
const ROWS_PER_BLOCK = 7;

interface AnyRow extends CorpusRow {
  row: Row;
}

/** Times before 1970 too: see docs/clickhouse.md. */
const READS_EVERY_TIME = "date_time_input_format = 'basic', session_timezone = 'UTC'";

const someOf = <Request>(request: fc.Arbitrary<Request>) =>
  fc.array(request, { minLength: 20, maxLength: 40 });

it('ClickHouse stores the rows of any requests, value for value', async () => {
  let databaseCount = 0;
  await fc.assert(
    fc.asyncProperty(
      someOf(requests.traces.map(request => tracesRows(encodeProtobuf('traces', request)))),
      someOf(requests.logs.map(request => logsRows(encodeProtobuf('logs', request)))),
      someOf(requests.metrics.map(request => metricsRows(encodeProtobuf('metrics', request)))),
      async (...rowsOfRequests) => {
        const rows = rowsOfRequests.flat(2);
        const [json, native] = [`any_${++databaseCount}`, `any_${++databaseCount}`];
        const storeJson = await exporterTables(clickhouse, json, tables, READS_EVERY_TIME);
        const storeBlocks = await exporterTables(clickhouse, native, tables, '', 'Native');
        for (const kind of ROW_KINDS) {
          const ofKind = rows.filter(row => row.kind === kind);
          const messages = ofKind.map(({ message }) => message);
          expect(await storeJson(kind, messages)).toStrictEqual(expectedRows(ofKind, tables, secondsOf));

          const decoded = ofKind.map(({ row }) => row);
          const blocks = nativeBlocks(kind, decoded, settings, ROWS_PER_BLOCK);
          const whole = expectedRows(ofKind, tables, secondsOf, wholeText);
          expect(await storeBlocks(kind, blocks)).toStrictEqual(whole);
        }
      },
    ),
    { numRuns: 5 },
  );
});

function tracesRows(request: Buffer): AnyRow[] {
  const { messages } = transform('traces', 'otlp_proto', request);
  return explodeTraces(request).map((row, i) => corpusRow('traces', row, messages[i]?.value));
}

function logsRows(request: Buffer): AnyRow[] {
  const { messages } = transform('logs', 'otlp_proto', request);
  return explodeLogs(request).map((row, i) => corpusRow('logs', row, messages[i]?.value));
}

function metricsRows(request: Buffer): AnyRow[] {
  const { messages } = transform('metrics', 'otlp_proto', request);
  return explodeMetrics(request).map(({ kind, row }, i) => corpusRow(kind, row, messages[i]?.value));
}

/** A row as the corpus would hold it. */
function corpusRow(kind: RowKind, row: Row, message: Buffer | undefined): AnyRow {
  if (message === undefined) throw new Error(`a row of ${kind} has no message`);
  const values = row as unknown as Record<string, unknown>;
  const members = TABLES[kind].columns.map(
    ({ name, type }) => [name, corpusValue(values[name], type)] as const,
  );
  return { kind, row, message, stored: { members } };
}

function corpusValue(value: unknown, type: string): Json {
  const element = elementType(type);
  if (element !== undefined) return (value as unknown[]).map(one => corpusValue(one, element));
  if (type.startsWith('Map')) return (value as string[][]).map(pair => pair.map(corpusText));
  if (typeof value === 'string') return corpusText(value);
  if (type.startsWith('DateTime')) return String(value);
  return typeof value === 'number' && type !== 'Float64' ? BigInt(value) : (value as Json);
}

/** Text that is not UTF-8 stands as base64 in the corpus. */
function corpusText(text: string): Json {
  if (text === wellFormed(text)) return text;
  return { members: [['base64', encodeTextLossless(text).toString('base64')]] };
}
