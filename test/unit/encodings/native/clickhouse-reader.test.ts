import { expect, it } from 'vitest';
import { nativeReader } from '../../../../src/encodings/native/clickhouse-reader.js';
import { nativeLayout } from '../../../../src/encodings/native/columns.js';
import { ROW_KINDS } from '../../../../src/tables/columns.js';

it.each(ROW_KINDS)('ClickHouse reads each column of %s as the type that blocks declare', kind => {
  for (const rowFormat of ['clickhouse', 'glassflow'] as const) {
    for (const metricTime of ['seconds', 'nanoseconds'] as const) {
      const { columns, rowIdColumn } = nativeReader(kind, { rowFormat, metricTime, timeFormat: 'exact' });
      const read = [rowIdColumn, ...columns].map(({ name, type }) => [name, type]);
      const layout = nativeLayout(kind, { row_format: rowFormat, metric_time: metricTime }, true);
      expect(read).toStrictEqual(layout.columns.map(({ name, type }) => [name, type]));
    }
  }
});
