import { expect, test } from 'vitest';
import { defaultConfig } from '../../../src/config/schema.js';
import { createTransform } from '../../../src/create-transform.js';
import { columns } from '../../../src/encodings/row-columns.js';
import { ROW_KINDS, TABLES } from '../../../src/tables/columns.js';

const names = (...given: Parameters<typeof columns>) => columns(...given).map(({ name }) => name);

test.each(ROW_KINDS)('%s has the columns of its table, each with its meaning', kind => {
  expect(columns(kind)).toEqual(TABLES[kind].columns);
  expect(columns(kind).every(({ meaning }) => meaning !== '')).toBe(true);
});

test('are what a row of the config has: its id, those that rules add, and none that the format lacks', () => {
  const config = defaultConfig();
  config.row_id = 'column';
  config.transform.rules = [
    { name: 'code', for: ['logs'], promote: { attribute: 'code', column: 'Code', type: 'integer' } },
  ] as never;
  expect(names('logs', config)).toEqual(['RowId', ...TABLES.logs.columns.map(({ name }) => name), 'Code']);
  expect(columns('logs', config).at(-1)).toMatchObject({ name: 'Code', type: 'Nullable(Int64)' });
  expect(names('traces', config)).not.toContain('Code');

  config.row_format = 'glassflow';
  expect(names('logs', config)).not.toContain('EventName');
});

test('are the members of a row of JSON', () => {
  const request = { resourceLogs: [{ scopeLogs: [{ logRecords: [{}] }] }] };
  const { messages } = createTransform(defaultConfig())('logs', 'auto', Buffer.from(JSON.stringify(request)));
  expect(Object.keys(JSON.parse(String(messages[0]?.value)))).toEqual(names('logs'));
});

test('have nanoseconds of metrics where the config says so', () => {
  const time = (metric_time: 'seconds' | 'nanoseconds') =>
    columns('sum', { ...defaultConfig(), metric_time }).find(({ name }) => name === 'TimeUnix')?.type;
  expect([time('seconds'), time('nanoseconds')]).toEqual(['DateTime', 'DateTime64(9)']);
});
