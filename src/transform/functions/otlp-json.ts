import type { DecodedRequest } from '../decode/decode-record.js';

/** Fields whose bytes OTLP/JSON writes in hex; all other bytes are base64. */
const HEX = new Set(['traceId', 'spanId', 'parentSpanId']);

/**
 * A decoded request as OTLP/JSON has it (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding), in plain objects: ids in
 * hex, integers of 64 bits as decimal text, enums as numbers. What was not sent has its default, or is left out.
 */
export function otlpJson({ request }: Pick<DecodedRequest, 'request'>): Record<string, unknown> {
  return plain(request, '') as Record<string, unknown>;
}

function plain(value: unknown, key: string): unknown {
  if (typeof value === 'bigint') return String(value);
  // JSON has no such numbers; protobuf's mapping has these texts for them.
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString(HEX.has(key) ? 'hex' : 'base64');
  if (Array.isArray(value)) return value.map(element => plain(element, key));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [name, plain(member, name)]),
  );
}
