import type { Config } from '../config/schema.js';
import { addedColumnsOf } from '../encodings/added-columns.js';
import { encodingNamesOf } from '../encodings/encodings-of.js';
import { routesOf } from '../transform/route.js';
import { type Flavor, GROUP_PREFIX, type SchemaOptions } from './schema-options.js';

/** Where each flavor has its tables unless told otherwise; ClickStack's are in the database that every server has. */
const DATABASES: Record<Flavor, string> = { exporter: 'otel', clickstack: 'default', none: 'otel' };

/**
 * What tables have to be like for the rows of a config: its topics, formats, encodings and promoted columns. Other options
 * can be put beside these.
 *
 * @param flavor decides about the database, too.
 */
export function schemaOptionsOf(config: Config, flavor: Flavor = 'exporter'): SchemaOptions {
  const enabled = Object.entries(routesOf(config)).filter(([, route]) => route.enabled);
  return {
    flavor,
    brokers: config.kafka.brokers,
    groupPrefix: GROUP_PREFIX,
    topics: Object.fromEntries(enabled.map(([kind, { topic }]) => [kind, topic])),
    database: DATABASES[flavor],
    encodings: encodingNamesOf(config),
    added: addedColumnsOf(config),
    rowFormat: config.row_format,
    timeFormat: config.time_format,
    metricTime: config.metric_time,
    rowId: config.row_id,
  };
}
