import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Signal } from '../../src/transform/decode/otlp.js';
import { type Json, parseLossless } from './lossless-json.js';

const CORPUS = new URL('corpus/', import.meta.url);

/** One Kafka value of the corpus. The files beside it tell what it must become. */
export interface GoldenCase {
  name: string;
  signal: Signal;
  encoding: 'otlp_proto' | 'otlp_json';
  value: Buffer;
}

const ENCODINGS = { binpb: 'otlp_proto', json: 'otlp_json' } as const;

/** All cases that decode, or all that must not. Throws when there is none, so that no test passes by testing nothing. */
export function goldenCases(kind: 'decodes' | 'refused'): GoldenCase[] {
  const cases = readdirSync(CORPUS)
    .map(file => /^(?<name>.+)\.(?<signal>traces|logs|metrics)\.(?<suffix>binpb|json)$/.exec(file)?.groups)
    .filter(parts => parts !== undefined)
    .map(({ name = '', signal, suffix }) => ({
      name,
      signal: signal as Signal,
      encoding: ENCODINGS[suffix as keyof typeof ENCODINGS],
      value: readFileSync(new URL(`${name}.${signal}.${suffix}`, CORPUS)),
    }))
    .filter(golden => (refusalOf(golden) !== undefined) === (kind === 'refused'));
  if (cases.length === 0) throw new Error(`no golden case that is ${kind} in ${CORPUS.pathname}`);
  return cases;
}

/** What the collector says about a value that cannot be decoded; undefined when it can. */
export function refusalOf(golden: GoldenCase): string | undefined {
  return linesOf(golden, 'error.txt')?.find(line => line.startsWith('decode: '));
}

/** The rows that clickhouseexporter stores: `{"table", "columns"}` each. */
export function storedRows(golden: GoldenCase): Json[] {
  return required(golden, 'clickhouse.ndjson').map(parseLossless);
}

/** A message as glassflowexporter sends it. */
export interface SentMessage {
  topic: string;
  key: string | null;
  value: string;
}

/** What glassflowexporter sends, message by message; several where its versions differ. */
export function sentMessages(golden: GoldenCase): SentMessage[][] {
  const file = golden.signal === 'metrics' ? 'rows.ndjson' : 'expected.ndjson';
  const versions = [required(golden, file), linesOf(golden, 'expected.pdata170.ndjson') ?? []];
  return versions
    .filter((lines, i) => i === 0 || lines.length > 0)
    .map(lines => lines.map(line => JSON.parse(line)));
}

/** Names of the metrics whose rows glassflowexporter cannot write. */
export function unsendableMetrics(golden: GoldenCase): string[] {
  return (linesOf(golden, 'error.txt') ?? [])
    .map(line => /^rows: (.*?): /.exec(line)?.[1])
    .filter(name => name !== undefined);
}

function required(golden: GoldenCase, suffix: string): string[] {
  const lines = linesOf(golden, suffix);
  if (lines === undefined) throw new Error(`${golden.name}.${golden.signal}.${suffix} is missing`);
  return lines;
}

function linesOf({ name, signal }: GoldenCase, suffix: string): string[] | undefined {
  const file = new URL(`${name}.${signal}.${suffix}`, CORPUS);
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : undefined;
}
