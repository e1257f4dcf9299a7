import { describe, expect, it } from 'vitest';
import type { SchemaOptions } from '../../../src/ddl/schema-options.js';
import { schemaObjects, schemaStatements } from '../../../src/ddl/statements.js';

const OPTIONS: SchemaOptions = {
  brokers: ['kafka:9092'],
  groupPrefix: 'clickhouse',
  topics: { logs: 'otel-logs' },
  database: 'otel',
  rowFormat: 'clickhouse',
  timeFormat: 'exact',
  metricTime: 'seconds',
};

function namesFor(changes: Partial<SchemaOptions>): string[] {
  return schemaObjects({ ...OPTIONS, ...changes })
    .map(({ name }) => name)
    .filter(name => !name.includes('kafka'));
}

describe('rollups', () => {
  it('are printed when they are asked for', () => {
    expect(namesFor({})).toStrictEqual(['otel_logs']);
    expect(namesFor({ rollups: ['5m', '1h'] })).toStrictEqual([
      'otel_logs',
      'otel_logs_5m',
      'otel_logs_5m_mv',
      'otel_logs_1h',
      'otel_logs_1h_mv',
    ]);
  });

  it('are counted anew where rows have ids, by the times that rows have come for', () => {
    const options: Partial<SchemaOptions> = { rollups: ['1h', '5m'], rowId: 'column' };
    expect(namesFor(options)).toStrictEqual([
      'otel_logs',
      'otel_logs_touched',
      'otel_logs_touched_mv',
      'otel_logs_1h',
      'otel_logs_1h_mv',
      'otel_logs_5m',
      'otel_logs_5m_mv',
    ]);
    const statements = schemaStatements({ ...OPTIONS, ...options }).join('\n');
    expect(statements).toContain(
      'SELECT toDateTime(intDiv(greatest(0, least(4294967295, intDiv(toUnixTimestamp64Milli(Timestamp), 1000))), 300) * 300) AS Time, now64(3) AS Touched',
    );
    expect(statements).toContain('REFRESH EVERY 15 MINUTE APPEND');
    expect(statements).toContain('REFRESH EVERY 5 MINUTE APPEND');
  });

  it("are counted as rows come where the tables are others', which have no ids", () => {
    const statements = schemaStatements({
      ...OPTIONS,
      flavor: 'clickstack',
      rowId: 'column',
      rollups: ['5m'],
    });
    expect(statements.join('\n')).not.toMatch(/REFRESH|FINAL|RowId/);
  });

  it('of a length that is none are refused', () => {
    expect(() => schemaObjects({ ...OPTIONS, rollups: ['7m'] })).toThrow('rollup 7m is none of 1m, 5m,');
  });
});
