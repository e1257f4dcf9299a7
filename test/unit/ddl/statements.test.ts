import { describe, expect, it } from 'vitest';
import type { SchemaOptions } from '../../../src/ddl/schema-options.js';
import { printSchema, schemaStatements } from '../../../src/ddl/statements.js';

const OPTIONS: SchemaOptions = {
  brokers: ['kafka-1:9092', 'kafka-2:9092'],
  groupPrefix: 'clickhouse',
  topics: { traces: 'otel-traces', summary: 'otel-metrics-summary' },
  database: 'otel',
  rowFormat: 'clickhouse',
  timeFormat: 'exact',
  metricTime: 'seconds',
};

function statementOf(options: SchemaOptions, table: string): string {
  const found = schemaStatements(options).find(statement => statement.includes(` otel.${table}\n`));
  if (found === undefined) throw new Error(`no statement makes ${table}`);
  return found;
}

describe('the printed schema', () => {
  it('has tables for the kinds that have a topic, and no others', () => {
    const made = schemaStatements(OPTIONS).map(
      statement => /^CREATE .* (?:otel\.)?(\w+)$/m.exec(statement)?.[1],
    );
    expect(made).toStrictEqual([
      'otel',
      'otel_kafka_errors',
      'otel_traces',
      'otel_traces_trace_id_ts',
      'otel_traces_trace_id_ts_mv',
      'otel_traces_kafka',
      'otel_traces_kafka_rows',
      'otel_traces_kafka_errors',
      'otel_metrics_summary',
      'otel_metrics_summary_kafka',
      'otel_metrics_summary_kafka_rows',
      'otel_metrics_summary_kafka_errors',
    ]);
  });

  it('reads each topic in a consumer group of its own and puts aside what cannot be read', () => {
    const kafka = statementOf(OPTIONS, 'otel_traces_kafka');
    expect(kafka).toContain("kafka_broker_list = 'kafka-1:9092,kafka-2:9092'");
    expect(kafka).toContain("kafka_topic_list = 'otel-traces'");
    expect(kafka).toContain("kafka_group_name = 'clickhouse-otel.otel_traces.otel-traces'");
    expect(kafka).toContain("kafka_handle_error_mode = 'stream'");
    expect(statementOf(OPTIONS, 'otel_traces_kafka_rows')).toContain('WHERE length(_error) = 0');
    expect(statementOf(OPTIONS, 'otel_traces_kafka_errors')).toContain('WHERE length(_error) > 0');
  });

  it('shares no consumer group with tables of another database, topic or kind', () => {
    const groupsOf = (changes: Partial<SchemaOptions>) =>
      [...printSchema({ ...OPTIONS, ...changes }).matchAll(/kafka_group_name = '(.*)'/g)].map(
        ([, group]) => group,
      );
    const groups = [
      ...groupsOf({}),
      ...groupsOf({ database: 'other' }),
      ...groupsOf({ topics: { traces: 'other', summary: 'other' } }),
    ];
    expect(groups).toHaveLength(6);
    expect(new Set(groups).size).toBe(6);
  });

  it.each([
    ['exact', 'clickhouse', 'basic'],
    ['text', 'clickhouse', 'basic'],
    ['rfc3339', 'clickhouse', 'best_effort'],
    ['exact', 'glassflow', 'basic'],
  ] as const)('reads %s times of %s rows in the date mode %s', (timeFormat, rowFormat, mode) => {
    const kafka = statementOf({ ...OPTIONS, timeFormat, rowFormat }, 'otel_traces_kafka');
    expect(kafka).toContain(`date_time_input_format = '${mode}'`);
  });

  it('collapses rows that agree in their ids too, where rows have ids', () => {
    expect(statementOf(OPTIONS, 'otel_traces')).not.toContain('RowId');
    for (const rowId of ['column', 'header'] as const) {
      const traces = statementOf({ ...OPTIONS, rowId }, 'otel_traces');
      expect(traces).toContain('ENGINE = ReplacingMergeTree\n');
      expect(traces).toContain('ORDER BY (ServiceName, SpanName, toDateTime(Timestamp), RowId)');
    }
  });

  it('stores what glassflow writes as null as NaN, in values and in lists of them', () => {
    const options = { ...OPTIONS, topics: { summary: 'points' }, rowFormat: 'glassflow' } as const;
    const kafka = statementOf(options, 'otel_metrics_summary_kafka');
    expect(kafka).toContain('    Sum Nullable(Float64)');
    expect(kafka).toContain('    `ValueAtQuantiles.Value` Array(Nullable(Float64))');
    const view = statementOf(options, 'otel_metrics_summary_kafka_rows');
    expect(view).toContain('ifNull(Sum, nan) AS Sum');
    expect(view).toContain('arrayMap(value -> ifNull(value, nan), `ValueAtQuantiles.Value`)');
    expect(
      statementOf({ ...options, rowFormat: 'clickhouse' }, 'otel_metrics_summary_kafka_rows'),
    ).not.toContain('nan');
  });

  it('reads nested objects where rows have them: in glassflow only', () => {
    const nested = 'input_format_import_nested_json = 1';
    expect(printSchema({ ...OPTIONS, rowFormat: 'glassflow' })).toContain(nested);
    expect(printSchema(OPTIONS)).not.toContain(nested);
  });

  it('reads every time as nanoseconds in UTC, in both formats', () => {
    for (const rowFormat of ['clickhouse', 'glassflow'] as const) {
      const kafka = statementOf({ ...OPTIONS, rowFormat }, 'otel_traces_kafka');
      expect(kafka).toContain("Timestamp DateTime64(9, 'UTC')");
      expect(kafka).toContain("`Events.Timestamp` Array(DateTime64(9, 'UTC'))");
    }
  });

  it('keeps rows for ever unless told for how long', () => {
    expect(printSchema(OPTIONS)).not.toContain('TTL');
    const traces = statementOf({ ...OPTIONS, retentionSeconds: 30 * 86_400 }, 'otel_traces');
    expect(traces).toContain(
      'TTL toDateTime(greatest(0, least(4294967295, intDiv(toUnixTimestamp64Milli(Timestamp), 1000) + 2592000)))',
    );
    const summary = statementOf({ ...OPTIONS, retentionSeconds: 30 * 86_400 }, 'otel_metrics_summary');
    expect(summary).toContain('TTL toDateTime(greatest(0, least(4294967295, toInt64(TimeUnix) + 2592000)))');
  });

  it('reads each kind in its own encoding, and blocks without what JSON needs', () => {
    const options: SchemaOptions = {
      ...OPTIONS,
      rowFormat: 'glassflow',
      encodings: { traces: 'native', summary: 'json_lines' },
    };
    const [traces, summary] = ['otel_traces_kafka', 'otel_metrics_summary_kafka'].map(table =>
      statementOf(options, table),
    );
    expect(traces).toContain("kafka_format = 'Native'");
    expect(traces).not.toMatch(/date_time_input_format|input_format_/);
    expect(traces).toContain('    Duration UInt64');
    expect(summary).toContain("kafka_format = 'JSONEachRow'");
    expect(summary).toMatch(/date_time_input_format[\s\S]*input_format_import_nested_json/);
    expect(statementOf({ ...options, rowId: 'column' }, 'otel_traces_kafka')).toContain('    RowId String');
  });

  it('quotes names and texts', () => {
    const hostile = { ...OPTIONS, database: 'a`b', groupPrefix: "it's" };
    expect(printSchema(hostile)).toContain('CREATE DATABASE IF NOT EXISTS `a\\`b`;');
    expect(printSchema(hostile)).toContain("kafka_group_name = 'it\\'s-a`b.otel_traces.otel-traces'");
  });

  it('ends every statement with a semicolon', () => {
    expect(printSchema(OPTIONS).match(/;$/gm)).toHaveLength(schemaStatements(OPTIONS).length);
  });
});
