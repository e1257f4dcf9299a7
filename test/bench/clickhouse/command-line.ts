import { parseArgs } from 'node:util';
import type { RowKind } from '../../../src/tables/columns.js';
import { METRIC_KINDS } from '../inputs.js';
import { wholeNumber } from '../whole-number.js';
import { DEFAULT_FORMATS, DEFAULT_KINDS, FORMATS, type Format } from './formats.js';

export interface ClickhouseBenchCommand {
  kinds: RowKind[];
  formats: Format[];
  rowCount: number;
  rounds: number;
  /** Rows of a native block at most; null is what a worker makes that is behind. */
  blockRows: number | null;
  save: string | null;
  markdown: boolean;
}

const KINDS: readonly RowKind[] = ['traces', 'logs', ...new Set(METRIC_KINDS)];

export const CLICKHOUSE_USAGE = `npm run bench -- clickhouse [options]

What rows cost ClickHouse in each encoding: to parse them into columns of the table's types, and to parse and insert them
into the table that "otelrows schema clickhouse" prints. The embedded ClickHouse, one thread, in alternation.

  --kind KIND       rows of these only, may be given several times: ${KINDS.join(', ')}.
                    Default: ${DEFAULT_KINDS.join(', ')}
  --format FORMAT   these only, may be given several times: ${FORMATS.map(({ name }) => name).join(', ')}.
                    Default: ${DEFAULT_FORMATS.join(', ')}. The last two have dictionaries, which otelrows does not write
  --rows N          rows of each kind, 200,000
  --block-rows N    rows of a native block at most, instead of as many as the default settings allow
  --rounds N        measurements of each, 3; medians are shown, and the least
  --save FILE       keeps the figures
  --markdown        a table for documents`;

/** @throws Error with what is wrong in the arguments. */
export function parseClickhouseBenchCommand(args: readonly string[]): ClickhouseBenchCommand {
  const { values } = parseArgs({
    args: [...args],
    options: {
      kind: { type: 'string', multiple: true, default: [...DEFAULT_KINDS] },
      format: { type: 'string', multiple: true, default: DEFAULT_FORMATS },
      rows: { type: 'string', default: '200000' },
      'block-rows': { type: 'string' },
      rounds: { type: 'string', default: '3' },
      save: { type: 'string' },
      markdown: { type: 'boolean', default: false },
    },
  });
  const named = <Thing>(
    what: string,
    name: string,
    things: readonly Thing[],
    nameOf: (thing: Thing) => string,
  ) => {
    const found = things.find(thing => nameOf(thing) === name);
    if (found !== undefined) return found;
    throw new Error(`no ${what} is named ${name}; there are ${things.map(nameOf).join(', ')}`);
  };
  return {
    kinds: values.kind.map(name => named('kind of row', name, KINDS, kind => kind)),
    formats: values.format.map(name => named('format', name, FORMATS, format => format.name)),
    rowCount: wholeNumber('--rows', values.rows),
    rounds: wholeNumber('--rounds', values.rounds),
    blockRows: values['block-rows'] === undefined ? null : wholeNumber('--block-rows', values['block-rows']),
    save: values.save ?? null,
    markdown: values.markdown,
  };
}
