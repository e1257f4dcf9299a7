import type { ClickhouseReaderOf } from './clickhouse-reader.js';
import { jsonReader } from './json/clickhouse-reader.js';
import { nativeReader } from './native/clickhouse-reader.js';
import type { EncodingName } from './settings.js';

/** How ClickHouse reads each encoding. */
export const CLICKHOUSE_READERS: Record<EncodingName, ClickhouseReaderOf> = {
  json: jsonReader,
  json_lines: jsonReader,
  native: nativeReader,
};
