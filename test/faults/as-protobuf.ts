import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';
import type { Signal } from './items.js';

// Resolves from test/faults and from where it is compiled to alike.
const PROTO_DIR = new URL('../../proto/', import.meta.url);
const FILES = ['trace.proto', 'logs.proto', 'metrics.proto'];
const REQUEST_TYPES = { traces: 'TracesData', logs: 'LogsData', metrics: 'MetricsData' };
/** Hex digits in OTLP/JSON. */
const IDS = new Set(['traceId', 'spanId']);

const root = new protobuf.Root();
root.resolvePath = (_importer, file) => fileURLToPath(new URL(file, PROTO_DIR));
root.loadSync(FILES);

/** The same request in OTLP/protobuf, written by a library; the workers read it with code of their own. */
export function asProtobuf(signal: Signal, jsonRequest: Buffer): Buffer {
  const request = JSON.parse(jsonRequest.toString('utf8'), (key, value) =>
    IDS.has(key) ? Buffer.from(value, 'hex') : value,
  );
  const type = root.lookupType(REQUEST_TYPES[signal]);
  return Buffer.from(type.encode(type.fromObject(request)).finish());
}
