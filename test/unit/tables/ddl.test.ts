import { describe, expect, it } from 'vitest';
import { printSchema, type SchemaOptions, schemaStatements } from '../../../src/tables/ddl.js';

const OPTIONS: SchemaOptions = {
  brokers: ['kafka-1:9092', 'kafka-2:9092'],
  groupPrefix: 'clickhouse',
  topics: { traces: 'otel-traces', summary: 'otel-metrics-summary' },
  database: 'otel',
  rowFormat: 'clickhouse',
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
    expect(kafka).toContain("kafka_group_name = 'clickhouse-otel_traces'");
    expect(kafka).toContain("kafka_handle_error_mode = 'stream'");
    expect(statementOf(OPTIONS, 'otel_traces_kafka_rows')).toContain('WHERE length(_error) = 0');
    expect(statementOf(OPTIONS, 'otel_traces_kafka_errors')).toContain('WHERE length(_error) > 0');
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
    const traces = statementOf({ ...OPTIONS, retentionDays: 30 }, 'otel_traces');
    expect(traces).toContain('TTL toDateTime(Timestamp) + toIntervalDay(30)');
  });

  it('quotes names and texts', () => {
    const hostile = { ...OPTIONS, database: 'a`b', groupPrefix: "it's" };
    expect(printSchema(hostile)).toContain('CREATE DATABASE IF NOT EXISTS `a\\`b`;');
    expect(printSchema(hostile)).toContain("kafka_group_name = 'it\\'s-otel_traces'");
  });

  it('ends every statement with a semicolon', () => {
    expect(printSchema(OPTIONS).match(/;$/gm)).toHaveLength(schemaStatements(OPTIONS).length);
  });
});
