import { parseArgs } from 'node:util';
import { HOSTILE_RECORDS, type HostileKind } from '../support/hostile-records.js';
import { measureRecord } from '../support/measure-record.js';

const MB = 1_000_000;

/** What one record can do to a worker: how long it answers nothing, and how much is resident at most. */
export async function benchHostile(args: string[]): Promise<void> {
  const { values: options } = parseArgs({
    args,
    options: {
      kind: { type: 'string', multiple: true, default: Object.keys(HOSTILE_RECORDS) },
      bytes: { type: 'string', default: String(60 * 1024 * 1024) },
      oversize: { type: 'string', default: 'dead_letter' },
      'row-format': { type: 'string', default: 'clickhouse' },
    },
  });
  const settings = { oversize: { policy: options.oversize }, row_format: options['row-format'] };
  for (const kind of options.kind) {
    const make = HOSTILE_RECORDS[kind as HostileKind];
    if (!make) throw new Error(`no such kind: ${kind}; there is: ${Object.keys(HOSTILE_RECORDS).join(', ')}`);
    const { stallMs, peakBytes, rows, problem } = measureRecord(make(Number(options.bytes)), settings);
    const figures = `${Math.round(stallMs).toString().padStart(6)} ms ${Math.round(peakBytes / MB)
      .toString()
      .padStart(5)} MB`;
    process.stdout.write(`${figures}  ${kind}: ${rows} rows${problem ? `, ${problem.slice(0, 200)}` : ''}\n`);
  }
}
