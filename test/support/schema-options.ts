import type { SchemaOptions } from '../../src/ddl/schema-options.js';
import { ROW_KINDS } from '../../src/tables/columns.js';

/** Options for the tables of all kinds, whose topics are called like them, with Kafka nowhere. */
export function optionsFor(database: string, changes: Partial<SchemaOptions> = {}): SchemaOptions {
  return {
    brokers: ['localhost:1'],
    groupPrefix: 'clickhouse',
    topics: Object.fromEntries(ROW_KINDS.map(kind => [kind, kind])),
    database,
    rowFormat: 'clickhouse',
    timeFormat: 'exact',
    metricTime: 'seconds',
    ...changes,
  };
}
