import { expect, test } from 'vitest';
import { defaultConfig } from '../../../src/config/schema.js';
import { createTransform } from '../../../src/create-transform.js';
import { createRowJoiner } from '../../../src/encodings/row-joiner.js';

const REQUEST = Buffer.from(
  JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ name: 'a' }, { name: 'b' }] }] }] }),
);

function rowsOf(encoding: 'json' | 'json_lines') {
  const config = defaultConfig();
  config.traces.encoding = encoding;
  config.row_id = 'column';
  return { join: createRowJoiner(config), rows: createTransform(config)('traces', 'auto', REQUEST).messages };
}

test('rows of JSON lines are a line each, in their order', () => {
  const { join, rows } = rowsOf('json_lines');
  const lines = String(join(rows)).split('\n');
  expect(lines.map(line => JSON.parse(line).SpanName)).toEqual(['a', 'b']);
});

test('a row that is a message stays what it is, and several cannot be one', () => {
  const { join, rows } = rowsOf('json');
  expect(join(rows.slice(0, 1))).toBe(rows[0]?.value);
  expect(() => join(rows)).toThrow('with encoding: json each row of otel-traces is a message of its own');
});

test('a message holds rows of one topic', () => {
  const { join, rows } = rowsOf('json_lines');
  const [first, second] = rows as [(typeof rows)[0], (typeof rows)[0]];
  expect(() => join([])).toThrow('at least one row');
  expect(() => join([first, { ...second, topic: 'otel-logs' }])).toThrow(
    'these rows go to otel-traces and otel-logs',
  );
});
