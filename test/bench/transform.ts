import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Signal } from '../../src/transform/decode/otlp.js';
import type { TransformRecord } from '../../src/transform/transform-record.js';
import { type Build, loadBuild } from './build.js';
import { type Figures, renderFigures } from './figures.js';
import { type Encoding, type Input, makeInput } from './inputs.js';

const SIGNALS = ['traces', 'logs', 'metrics'] as const;
const ENCODINGS = ['otlp_proto', 'otlp_json'] as const;
const TRANSFORMS = ['auto', 'plain'] as const;

const ITEMS = 20_000;
/** A measurement goes on for as long, so that the clock's steps and a garbage collection more or less do not matter. */
const MEASURE_MS = 300;

/** A transform that takes part, and what was measured of it: one figure per round. */
interface Contestant {
  name: string;
  transform: TransformRecord;
  microsPerItem: number[];
}

/** Measures the transforms alone: bytes of a record in, messages out, no Kafka. */
export async function benchTransform(args: string[]): Promise<void> {
  const { values: options } = parseArgs({
    args,
    options: {
      signal: { type: 'string', multiple: true, default: [...SIGNALS] },
      encoding: { type: 'string', multiple: true, default: [...ENCODINGS] },
      transform: { type: 'string', multiple: true, default: [...TRANSFORMS] },
      'request-items': { type: 'string', default: '100' },
      rounds: { type: 'string', default: '7' },
      seed: { type: 'string', default: '1' },
      against: { type: 'string' },
      save: { type: 'string' },
      baseline: { type: 'string' },
    },
  });
  const builds = [{ suffix: '', build: await loadBuild(resolve('dist')) }];
  if (options.against !== undefined) {
    builds.push({ suffix: ' (against)', build: await loadBuild(resolve(options.against)) });
  }
  const baseline: Figures[] = options.baseline ? JSON.parse(readFileSync(options.baseline, 'utf8')) : [];
  const figures: Figures[] = [];
  for (const signal of options.signal as Signal[]) {
    for (const encoding of options.encoding as Encoding[]) {
      const input = makeInput(builds[0]?.build as Build, signal, encoding, {
        itemCount: ITEMS,
        requestItems: Number(options['request-items']),
        seed: Number(options.seed),
      });
      const contestants = builds.flatMap(({ suffix, build }) =>
        options.transform.map(name => contestant(`${name}${suffix}`, build, name as 'auto' | 'plain')),
      );
      figures.push(...measure(input, contestants, Number(options.rounds)));
    }
  }
  process.stdout.write(renderFigures(figures, baseline));
  if (options.save) writeFileSync(options.save, `${JSON.stringify(figures, null, 2)}\n`);
}

function contestant(name: string, build: Build, engine: 'auto' | 'plain'): Contestant {
  const config = { ...build.defaultConfig(), transform: { engine, rules: [] } };
  const { gauge, sum, histogram, exponential_histogram, summary } = config.metrics;
  for (const kind of [gauge, sum, histogram, exponential_histogram, summary]) kind.enabled = true;
  return { name, transform: build.createTransform(config, 'until_next_call'), microsPerItem: [] };
}

/** Rounds in alternation: the machine's speed drifts, and so it drifts for all. */
function measure(input: Input, contestants: Contestant[], rounds: number): Figures[] {
  const { rowBytes, rows } = rowsOf(input, contestants);
  for (const { transform } of contestants) cpuMicrosPerItem(input, transform); // The compilers' share.
  for (let round = 0; round < rounds; round++) {
    for (const { transform, microsPerItem } of contestants) {
      microsPerItem.push(cpuMicrosPerItem(input, transform));
    }
  }
  return contestants.map(({ name, microsPerItem }) => {
    const sorted = microsPerItem.toSorted((a, b) => a - b);
    return {
      signal: input.signal,
      encoding: input.encoding,
      transform: name,
      inputBytesPerItem: input.records.reduce((sum, record) => sum + record.length, 0) / input.itemCount,
      bytesPerRow: rowBytes / rows,
      microsPerItem: sorted[sorted.length >> 1] ?? 0,
      microsPerItemMin: sorted[0] ?? 0,
    };
  });
}

/** CPU time of the whole process, garbage collection included. */
function cpuMicrosPerItem(
  { signal, encoding, records, itemCount }: Input,
  transform: TransformRecord,
): number {
  const started = process.cpuUsage();
  const until = performance.now() + MEASURE_MS;
  let items = 0;
  while (performance.now() < until) {
    for (const record of records) transform(signal, encoding, record);
    items += itemCount;
  }
  const { user, system } = process.cpuUsage(started);
  return (user + system) / items;
}

/** @throws Error when the contestants do not make the same: then their times say nothing. */
function rowsOf({ signal, encoding, records }: Input, contestants: Contestant[]) {
  let rows = 0;
  let rowBytes = 0;
  for (const record of records) {
    const made = contestants.map(({ transform }) => transform(signal, encoding, record).messages);
    for (const [i, { value, topic }] of made[0]?.entries() ?? []) {
      rows++;
      rowBytes += value.length;
      const differs = made.findIndex(
        messages => messages[i]?.topic !== topic || !messages[i]?.value.equals(value),
      );
      if (differs > 0) {
        throw new Error(`${contestants[differs]?.name} makes other ${signal} than ${contestants[0]?.name}`);
      }
    }
  }
  return { rows, rowBytes };
}
