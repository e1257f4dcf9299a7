// Writes exporter-tables.json or clickstack-tables.json: what ClickHouse says of the tables that others' statements make.
//
//   node test/golden/make-tables.mjs exporter FOLDER    the folder of clickhouseexporter's Go module
//   node test/golden/make-tables.mjs clickstack FOLDER  docker/otel-collector/schema/seed of ClickStack's repository

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from 'chdb';

const TABLE =
  /^otel_(traces|logs|metrics_(gauge|sum|histogram|exponential_histogram|summary)|traces_trace_id_ts)$/;
const [whose, folder] = process.argv.slice(2);

const MAKERS = { exporter: exporterStatements, clickstack: clickstackStatements };
const statementsOf = MAKERS[whose];
if (statementsOf === undefined || folder === undefined) {
  console.error('usage: node test/golden/make-tables.mjs exporter|clickstack FOLDER');
  process.exit(2);
}
const described = {
  'since 26.2': describe(statementsOf(true)),
  'before 26.2': describe(statementsOf(false)),
};
writeFileSync(`test/golden/${whose}-tables.json`, `${JSON.stringify(described, null, 1)}\n`);

/** The exporter's templates, filled in as for `database: db` and no TTL. */
function exporterStatements(textIndexes) {
  const tables = {
    traces_table: 'otel_traces',
    traces_id_ts_lookup_table: 'otel_traces',
    logs_table: 'otel_logs',
    metrics_gauge_table: 'otel_metrics_gauge',
    metrics_sum_table: 'otel_metrics_sum',
    metrics_histogram_table: 'otel_metrics_histogram',
    metrics_exp_histogram_table: 'otel_metrics_exponential_histogram',
    metrics_summary_table: 'otel_metrics_summary',
  };
  return Object.entries(tables).map(([file, table]) => {
    const template = readFileSync(join(folder, 'internal/sqltemplates', `${file}.sql`), 'utf8');
    const values = ['db', table, '', 'MergeTree()', ''];
    return template
      .replace(
        /\{\{- if \.HasFullTextSearch\}\}([\s\S]*?)\{\{- else\}\}([\s\S]*?)\{\{- end\}\}/,
        textIndexes ? '$1' : '$2',
      )
      .replaceAll('{{ident .Database}}.{{ident .TableName}}', `db.${table}`)
      .replaceAll('{{.Engine}}', 'MergeTree()')
      .replaceAll(/\{\{.*?\}\}/g, '')
      .replaceAll('%q', '%s')
      .replaceAll(/%s/g, () => values.shift() ?? '');
  });
}

/** ClickStack's migrations of tables, with its own defaults. */
function clickstackStatements(textIndexes) {
  const kept = name =>
    !name.includes('rollups') && !name.includes('timeseries') && !name.includes('sessions');
  return readdirSync(folder)
    .sort()
    .filter(kept)
    .filter((name, _, all) =>
      textIndexes ? !name.includes('_compat') : !all.includes(name.replace('.sql', '_compat.sql')),
    )
    .flatMap(name =>
      readFileSync(join(folder, name), 'utf8')
        .replaceAll(/^--.*$/gm, '')
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the migrations write it so.
        .replaceAll('${DATABASE}', 'db')
        .replaceAll(/\$\{\w*TTL\}/g, 'toIntervalDay(30)')
        .split(/;\s*$/m),
    )
    .filter(statement => statement.includes('CREATE TABLE'));
}

function describe(statements) {
  const data = mkdtempSync(join(tmpdir(), 'otelrows-golden-'));
  const session = new Session(data);
  session.query('CREATE DATABASE db');
  session.query('USE db');
  for (const statement of statements) session.query(statement);
  const answer = session.query(readFileSync('test/golden/describe-tables.sql', 'utf8'), 'JSONEachRow');
  session.close();
  rmSync(data, { recursive: true });
  return Object.fromEntries(
    answer
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
      .filter(({ table }) => TABLE.test(table))
      .map(({ table, engine_full, columns, indexes }) => [table, { engine_full, columns, indexes }]),
  );
}
