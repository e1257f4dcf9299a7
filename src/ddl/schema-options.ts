import type { EncodingName } from '../encodings/settings.js';
import type { MetricTime, RowKind } from '../tables/columns.js';
import type { RowFormat, TimeFormat } from '../tables/row.js';

/** What the printed tables depend on. */
export interface SchemaOptions {
  /** Kafka brokers as ClickHouse reaches them, `host:port` each. */
  brokers: readonly string[];
  /** ClickHouse fills each table in a consumer group of its own, whose name begins with this: see `consumerGroup`. */
  groupPrefix: string;
  /** The topic of each row kind. A kind without a topic gets no tables. */
  topics: Partial<Record<RowKind, string>>;
  database: string;
  /** How long rows are kept; without it, for ever. */
  retentionDays?: number;
  /** How the rows of each kind are written; without it, as JSON. */
  encodings?: Partial<Record<RowKind, EncodingName>>;
  rowFormat: RowFormat;
  timeFormat: TimeFormat;
  metricTime: MetricTime;
  /** Where messages have the ids of their rows; without it, nowhere. With ids, the tables collapse equal ones. */
  rowId?: 'none' | 'column' | 'header';
}
