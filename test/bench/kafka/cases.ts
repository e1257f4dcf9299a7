import { resolve } from 'node:path';
import type { EncodingName } from '../../../src/encodings/settings.js';
import type { Signal } from '../../../src/transform/decode/otlp.js';
import { type Encoding, type GeneratedKind, METRIC_KINDS } from '../inputs.js';

/** What is run and measured. Every setting that a case does not name is at its default. */
export interface Case {
  name: string;
  title: string;
  /** `drain`: how much a full topic costs. `latency` and `soak`: what happens while so much arrives. */
  kind: 'drain' | 'latency' | 'soak';
  signal: Signal;
  encoding: Encoding;
  requestItems: number;
  /** One span of each request is an odd one. */
  oddSpans: boolean;
  /** Of the input topic. */
  partitions: number;
  /** Of each output topic. */
  outputPartitions: number;
  workers: number;
  rowEncoding: EncodingName;
  /** What else is set, beside the names of topics and the kinds of rows. */
  settings: Readonly<Record<string, unknown>>;
  /** What metrics are of. Each kind has its own output topic. */
  metricKinds: readonly GeneratedKind[];
  /** The same work as the rival's, but for the encoding of rows and the number of items in a request. */
  rival: boolean;
  /** The case that ours run beside this one, in alternation: what is special in this one is told by the ratio. */
  beside: string | null;
  /** On one core, where that can be done. */
  pinned: boolean;
}

const SPANS: Case = {
  name: 'spans',
  title: 'protobuf spans, 100 in a request',
  kind: 'drain',
  signal: 'traces',
  encoding: 'otlp_proto',
  requestItems: 100,
  oddSpans: false,
  partitions: 4,
  outputPartitions: 4,
  workers: 1,
  rowEncoding: 'json',
  settings: {},
  metricKinds: METRIC_KINDS,
  rival: true,
  beside: null,
  pinned: true,
};

const NATIVE: Case = {
  ...SPANS,
  name: 'native',
  title: 'spans as native blocks, keyed by trace id',
  rowEncoding: 'native',
};

/** Rules as people write them first: see docs/transforms.md. */
const USUAL_RULES = [
  { name: 'filter', for: ['traces'], drop: true, when: { attribute: 'http.route', equals: '/not-there' } },
  { name: 'redact', redact: { keys: ['password'] } },
  {
    name: 'promote',
    for: ['traces'],
    promote: { attribute: 'http.route', column: 'HttpRoute', type: 'low_cardinality' },
  },
];
const PATTERN_RULES = [
  {
    name: 'patterns',
    redact: {
      patterns: ['[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}', '\\b(?:\\d[ -]?){12,15}\\d\\b'],
    },
  },
];
const CHANGE_RULES = [{ name: 'change', for: ['traces'], set: { attribute: 'cluster', value: 'eu-1' } }];

/** Modules of functions are imported by workers as they lie there. */
function functionsIn(name: string): string {
  return resolve(`test/bench/kafka/functions/${name}.mjs`);
}

/** A transform of spans, in both encodings, beside the same without. */
function withTransform(name: string, title: string, transform: object): Case[] {
  const settings = { transform };
  return [
    { ...SPANS, name, title, settings, rival: false, beside: 'spans' },
    {
      ...NATIVE,
      name: `${name}-native`,
      title: `${title}, as native blocks`,
      settings,
      rival: false,
      beside: 'native',
    },
  ];
}

export const CASES: readonly Case[] = [
  SPANS,
  {
    ...SPANS,
    name: 'spans-lines',
    title: 'the same, several rows in a message (json_lines)',
    rowEncoding: 'json_lines',
  },
  { ...SPANS, name: 'spans-json', title: 'spans as OTLP/JSON', encoding: 'otlp_json' },
  { ...SPANS, name: 'spans-10', title: 'protobuf spans, 10 in a request', requestItems: 10 },
  { ...SPANS, name: 'spans-1000', title: 'protobuf spans, 1,000 in a request', requestItems: 1000 },
  {
    ...SPANS,
    name: 'glassflow',
    title: 'row_format: glassflow',
    settings: { row_format: 'glassflow' },
  },
  NATIVE,
  { ...NATIVE, name: 'native-12', title: 'native blocks to 12 output partitions', outputPartitions: 12 },
  { ...NATIVE, name: 'native-json', title: 'spans as OTLP/JSON to native blocks', encoding: 'otlp_json' },
  {
    ...SPANS,
    name: 'headers',
    title: 'headers: standard',
    settings: { headers: 'standard' },
    rival: false,
    beside: 'spans',
  },
  {
    ...SPANS,
    name: 'row-ids',
    title: 'row_id: column',
    settings: { row_id: 'column' },
    rival: false,
    beside: 'spans',
  },
  {
    ...SPANS,
    name: 'odd-items',
    title: 'one odd span in a hundred: integer service.name, 600 attributes, a value in two pieces',
    oddSpans: true,
    rival: false,
    beside: 'spans',
  },
  ...withTransform('rules', 'a filter, a redaction by key and a promotion', { rules: USUAL_RULES }),
  ...withTransform('rules-patterns', 'two patterns of values redacted in all texts', {
    rules: PATTERN_RULES,
  }),
  ...withTransform('rules-change', 'one attribute set on every span', { rules: CHANGE_RULES }),
  ...withTransform('functions', 'a function that reads two columns', { module: functionsIn('reads') }),
  ...withTransform('functions-change', 'a function that sets an attribute of every span', {
    module: functionsIn('changes'),
  }),
  {
    ...SPANS,
    name: 'handler',
    title: 'a handler that makes rows of whole requests',
    settings: { transform: { module: functionsIn('handler') } },
    rival: false,
    beside: 'plain',
  },
  {
    ...SPANS,
    name: 'plain',
    title: 'by the plain engine',
    settings: { transform: { engine: 'plain' } },
    rival: false,
  },
  { ...SPANS, name: 'logs', title: 'protobuf log records', signal: 'logs', rival: false },
  { ...SPANS, name: 'metrics', title: 'protobuf data points, four kinds', signal: 'metrics', rival: false },
  {
    ...NATIVE,
    name: 'logs-native',
    title: 'log records as native blocks',
    signal: 'logs',
    rival: false,
    beside: 'logs',
  },
  {
    ...NATIVE,
    name: 'metrics-native',
    title: 'data points as native blocks, four kinds',
    signal: 'metrics',
    rival: false,
    beside: 'metrics',
  },
  {
    ...SPANS,
    name: 'kinds-1',
    title: 'sums alone, to one topic',
    signal: 'metrics',
    metricKinds: ['sum'],
    rival: false,
  },
  {
    ...SPANS,
    name: 'kinds-2',
    title: 'sums and gauges, each to its topic',
    signal: 'metrics',
    metricKinds: ['sum', 'gauge'],
    rival: false,
  },
  {
    ...SPANS,
    name: 'workers-1',
    title: 'one worker, not pinned',
    partitions: 12,
    outputPartitions: 12,
    rival: false,
    pinned: false,
  },
  {
    ...SPANS,
    name: 'workers-2',
    title: 'two workers, not pinned',
    partitions: 12,
    outputPartitions: 12,
    workers: 2,
    rival: false,
    pinned: false,
  },
  ...[12, 120, 1200].map(partitions => ({
    ...SPANS,
    name: `partitions-${partitions}`,
    title: `${partitions.toLocaleString('en')} partitions in and out`,
    partitions,
    outputPartitions: partitions,
    rival: false,
  })),
  { ...SPANS, name: 'latency', title: 'from append to committed row', kind: 'latency', rival: false },
  { ...NATIVE, name: 'latency-native', title: 'the same with native blocks', kind: 'latency', rival: false },
  { ...SPANS, name: 'soak', title: 'memory over time', kind: 'soak', rival: false },
  { ...NATIVE, name: 'soak-native', title: 'the same with native blocks', kind: 'soak', rival: false },
];

/** Names that stand for several cases. */
export const GROUPS: Readonly<Record<string, readonly string[]>> = {
  inputs: ['spans', 'spans-lines', 'spans-json', 'spans-10', 'spans-1000', 'logs', 'metrics'],
  blocks: ['native', 'native-12', 'native-json', 'logs-native', 'metrics-native'],
  transforms: [
    'rules',
    'rules-native',
    'rules-patterns',
    'rules-patterns-native',
    'rules-change',
    'rules-change-native',
    'functions',
    'functions-native',
    'functions-change',
    'functions-change-native',
    'handler',
  ],
  settings: ['glassflow', 'headers', 'row-ids', 'odd-items'],
  scale: [
    'workers-1',
    'workers-2',
    'partitions-12',
    'partitions-120',
    'partitions-1200',
    'kinds-1',
    'kinds-2',
  ],
};

export const DEFAULT_CASES = GROUPS['inputs'] ?? [];
