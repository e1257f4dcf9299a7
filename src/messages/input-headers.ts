import type { Header } from '../kafka/ports.js';
import { SIGNALS, type Signal } from '../transform/decode/otlp.js';

/** What the headers of an input record say about its value. What they do not say is undefined. */
export interface SaidByHeaders {
  signal?: Said<Signal | 'profiles' | 'other'> | undefined;
  encoding?: Said<'otlp_proto' | 'otlp_json' | 'otap'> | undefined;
  /** As written: `gzip`. */
  compression?: Said<string> | undefined;
}

/** What a header says, and the header as people write it: `otelcol.signal: logs`. */
export interface Said<Value> {
  value: Value;
  header: string;
}

/** Written by the collector's Kafka exporter with `signal_header: true`, from v0.160 on (contrib#50244). */
export const SIGNAL_HEADER = 'otelcol.signal';

const NOTHING_SAID: SaidByHeaders = {};

/** Longer values are none that we know. */
const VALUE_BYTES_MAX = 100;

/**
 * Reads the headers that say what a value is: the signal of the collector's Kafka exporter, `content-type` and
 * `content-encoding` as in HTTP, and `MessageFormat` of otel-arrow's Kafka exporter. Of two with one name the last counts.
 */
export function saidByHeaders(headers: readonly Header[]): SaidByHeaders {
  if (headers.length === 0) return NOTHING_SAID;
  const said: SaidByHeaders = {};
  for (const { key, value } of headers) {
    // Most headers are none of these, and a length is compared faster than a text.
    switch (key.length) {
      case SIGNAL_HEADER.length:
        if (key === SIGNAL_HEADER) said.signal = sayingOf(key, value, signalOf);
        break;
      case 'content-type'.length:
        if (key.toLowerCase() === 'content-type') said.encoding = sayingOf(key, value, encodingOfType);
        break;
      case 'MessageFormat'.length:
        if (key === 'MessageFormat') said.encoding = sayingOf(key, value, encodingOfFormat);
        break;
      case 'content-encoding'.length:
        if (key.toLowerCase() === 'content-encoding') said.compression = sayingOf(key, value, compressionOf);
        break;
    }
  }
  return said;
}

function sayingOf<Value>(
  key: string,
  bytes: Buffer,
  read: (text: string) => Value | undefined,
): Said<Value> | undefined {
  const text = bytes.subarray(0, VALUE_BYTES_MAX).toString('utf8').trim();
  const value = read(text.toLowerCase());
  return value === undefined ? undefined : { value, header: `${key}: ${text}` };
}

function signalOf(text: string): Signal | 'profiles' | 'other' {
  return SIGNALS.find(signal => signal === text) ?? (text === 'profiles' ? text : 'other');
}

/** Types that say nothing of OTLP, such as `application/octet-stream`, count as none. */
function encodingOfType(text: string): 'otlp_proto' | 'otlp_json' | undefined {
  const type = text.split(';', 1)[0]?.trim() ?? '';
  if (/^application\/(vnd\.google\.|x-)?protobuf$/.test(type)) return 'otlp_proto';
  if (/^application\/((x-)?(nd)?json|(x-)?jsonl(ines)?)$/.test(type)) return 'otlp_json';
  return undefined;
}

function encodingOfFormat(text: string): 'otlp_proto' | 'otlp_json' | 'otap' | undefined {
  if (text.includes('otap')) return 'otap';
  if (!text.includes('otlp')) return undefined;
  return text.includes('json') ? 'otlp_json' : 'otlp_proto';
}

function compressionOf(text: string): string | undefined {
  return text === '' || text === 'identity' || text === 'none' ? undefined : text;
}
