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
  /** Of the input topic and of each output topic. */
  partitions: number;
  workers: number;
  rowEncoding: 'json' | 'json_lines';
  /** What metrics are of. Each kind has its own output topic. */
  metricKinds: readonly GeneratedKind[];
  /** The same work as the rival's, but for the encoding of rows and the number of items in a request. */
  rival: boolean;
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
  partitions: 4,
  workers: 1,
  rowEncoding: 'json',
  metricKinds: METRIC_KINDS,
  rival: true,
  pinned: true,
};

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
  { ...SPANS, name: 'logs', title: 'protobuf log records', signal: 'logs', rival: false },
  { ...SPANS, name: 'metrics', title: 'protobuf data points, four kinds', signal: 'metrics', rival: false },
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
    rival: false,
    pinned: false,
  },
  {
    ...SPANS,
    name: 'workers-2',
    title: 'two workers, not pinned',
    partitions: 12,
    workers: 2,
    rival: false,
    pinned: false,
  },
  ...[12, 120, 1200].map(partitions => ({
    ...SPANS,
    name: `partitions-${partitions}`,
    title: `${partitions.toLocaleString('en')} partitions in and out`,
    partitions,
    rival: false,
  })),
  { ...SPANS, name: 'latency', title: 'from append to committed row', kind: 'latency', rival: false },
  { ...SPANS, name: 'soak', title: 'memory over time', kind: 'soak', rival: false },
];

/** Names that stand for several cases. */
export const GROUPS: Readonly<Record<string, readonly string[]>> = {
  inputs: ['spans', 'spans-lines', 'spans-json', 'spans-10', 'spans-1000', 'logs', 'metrics'],
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
