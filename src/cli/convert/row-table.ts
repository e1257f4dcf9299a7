import type { OutputMessage } from '../../transform/transform-record.js';
import { visible } from '../visible.js';
import { jsonParts } from './json-parts.js';

const WIDTH = 100;
const NAME_WIDTH_MAX = 40;

/**
 * A row for reading: a line for each column, as wide as a terminal usually is. Maps have a line for each key.
 *
 * @param json the row, as its encoding shows it.
 */
export function renderRowTable({ topic, key }: Pick<OutputMessage, 'topic' | 'key'>, json: string): string {
  const columns = jsonParts(json) ?? [];
  const nameWidth = Math.min(NAME_WIDTH_MAX, Math.max(0, ...columns.map(({ key }) => key?.length ?? 0)));
  const title = `── ${topic} · ${key === null ? 'no key' : `key ${visible(key.toString('utf8'))}`} `;
  const lines = columns.flatMap(({ key: name, value }) =>
    beside(visible(name ?? '').padEnd(nameWidth), wrap(describe(value), WIDTH - nameWidth - 2)),
  );
  return [title.padEnd(WIDTH, '─'), ...lines, ''].join('\n');
}

/** What stands beside a column's name: strings without quotes, `key: value` lines of maps, items of lists. */
function describe(json: string): string[] {
  const parts = jsonParts(json);
  if (parts === null)
    return (json.startsWith('"') ? (JSON.parse(json) as string) : json).split('\n').map(visible);
  if (parts.length === 0) return [json];
  return parts.flatMap(({ key, value }) => {
    const [first = '', ...rest] = describe(value);
    const mark = key === null ? '- ' : `${visible(key)}: `;
    return [mark + first, ...rest.map(line => `  ${line}`)];
  });
}

function beside(name: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => `${index === 0 ? name : ' '.repeat(name.length)}  ${line}`.trimEnd());
}

function wrap(lines: readonly string[], width: number): string[] {
  return lines.flatMap(line => line.match(new RegExp(`.{1,${width}}`, 'gsu')) ?? ['']);
}
