import type { Config } from '../config/schema.js';
import { printSchema } from '../ddl/statements.js';
import { encodingNamesOf } from '../encodings/encodings-of.js';
import { routesOf } from '../transform/route.js';

export interface SchemaClickhouseOptions {
  database: string;
  /** Separated by commas; the brokers of the config when not given. */
  brokers?: string;
  groupPrefix: string;
  retentionDays?: number;
}

/** The statements that make ClickHouse read the output topics of a config. */
export function renderClickhouseSchema(config: Config, options: SchemaClickhouseOptions): string {
  const { database, brokers, groupPrefix, retentionDays } = options;
  const enabled = Object.entries(routesOf(config)).filter(([, route]) => route.enabled);
  return printSchema({
    brokers: brokers?.split(',') ?? config.kafka.brokers,
    groupPrefix,
    topics: Object.fromEntries(enabled.map(([kind, { topic }]) => [kind, topic])),
    database,
    encodings: encodingNamesOf(config),
    rowFormat: config.row_format,
    timeFormat: config.time_format,
    metricTime: config.metric_time,
    rowId: config.row_id,
    ...(retentionDays === undefined ? {} : { retentionDays }),
  });
}
