import { constants } from 'node:buffer';
import { PoisonRecord } from '../../errors.js';
import { decodeJson } from './json.js';
import type { Limits } from './limits.js';
import { type LogsRequest, type MetricsRequest, SIGNALS, type Signal, type TracesRequest } from './otlp.js';
import { decodeProtobuf } from './protobuf.js';
import { recognize } from './recognize.js';
import { type Message, REQUEST_SCHEMAS } from './schema.js';
import { looksLikeJson } from './sniff.js';
import type { Decoded } from './walk.js';
import { refuseOtherSignalIfItDecodes, unsupportedProfiles } from './wrong-signal.js';

/** How the bytes of a request are encoded; `auto` is told by the bytes. */
export type InputEncoding = 'otlp_proto' | 'otlp_json' | 'auto';

export type DecodedRequest = (
  | { signal: 'traces'; request: TracesRequest }
  | { signal: 'logs'; request: LogsRequest }
  | { signal: 'metrics'; request: MetricsRequest }
) &
  Pick<Decoded, 'firstUnknownField' | 'memoryBytes'>;

/**
 * Decodes the value of a Kafka record: a whole export request, in JSON also several.
 *
 * @param encoding as `encodingOf` reads it.
 * @param bytes kept by the result, whose byte strings and ids may be views into it.
 * @throws PoisonRecord when the value is not such a request or goes beyond a limit; nothing else.
 */
export function decodeRecord(
  signal: Signal,
  encoding: InputEncoding,
  bytes: Uint8Array,
  limits: Limits,
): DecodedRequest {
  // All of a record may be one string, and no string can be longer than that.
  const bytesMax = Math.min(limits.maxRecordBytes, constants.MAX_STRING_LENGTH);
  if (bytes.length > bytesMax) {
    const problem = `the record has ${bytes.length} bytes, allowed are ${bytesMax} (limits.max_record_bytes)`;
    throw new PoisonRecord('bytes_limit', problem);
  }
  const decoded =
    encodingOf(encoding, bytes) === 'otlp_json'
      ? decodeJsonRequest(signal, bytes, limits)
      : decodeProtobufRequest(signal, bytes, limits);
  // The tables in schema.ts come from the .proto files and the types in otlp.ts are the same written for the compiler.
  return { signal, ...decoded } as unknown as DecodedRequest;
}

/** The encoding to read a record with: `auto` decides by the first bytes, see `looksLikeJson`. */
export function encodingOf(encoding: InputEncoding, bytes: Uint8Array): Exclude<InputEncoding, 'auto'> {
  if (encoding !== 'auto') return encoding;
  return looksLikeJson(bytes) ? 'otlp_json' : 'otlp_proto';
}

function decodeJsonRequest(signal: Signal, bytes: Uint8Array, limits: Limits): Decoded {
  try {
    return decodeJson(signal, bytes, limits);
  } catch (error) {
    if (isMalformed(error) && !looksLikeJson(bytes) && isProtobufRequest(signal, bytes, limits)) {
      throw new PoisonRecord('wrong_encoding', 'looks like OTLP protobuf, but is read as otlp_json');
    }
    if (isMalformed(error)) refuseRecognized(bytes, limits);
    throw error;
  }
}

function decodeProtobufRequest(signal: Signal, bytes: Uint8Array, limits: Limits): Decoded {
  try {
    const decoded = decodeProtobuf(signal, bytes, limits);
    // Some texts pass as protobuf of nothing but unknown fields.
    if (isEmpty(signal, decoded.request)) refuseRecognized(bytes, limits);
    return decoded;
  } catch (error) {
    if (!isMalformed(error)) throw error;
    refuseRecognized(bytes, limits);
    if (looksLikeJson(bytes)) {
      throw new PoisonRecord('wrong_encoding', 'looks like OTLP/JSON, but is read as otlp_proto');
    }
    if (mayGuess(bytes)) refuseOtherSignalIfItDecodes(signal, bytes, limits);
    throw error;
  }
}

/** Decoding a record as what it is not takes as long as decoding it, and larger ones would keep all else waiting. */
const GUESS_BYTES_MAX = 4 * 1024 * 1024;

function mayGuess(bytes: Uint8Array): boolean {
  return bytes.length <= GUESS_BYTES_MAX;
}

/**
 * Why the signal of a value could not be told (see `tellSignal`): it is none that makes rows, or no request, or a request
 * that says nothing of it.
 */
export function untold(
  told: 'profiles' | 'unknown',
  encoding: Exclude<InputEncoding, 'auto'>,
  bytes: Uint8Array,
  limits: Limits,
): PoisonRecord {
  if (told === 'profiles') return unsupportedProfiles(told);
  const recognized = refusalOf(() => refuseRecognized(bytes, limits));
  if (recognized) return recognized;
  const decode = encoding === 'otlp_json' ? decodeJson : decodeProtobuf;
  const isOfSome =
    mayGuess(bytes) && SIGNALS.some(signal => isRequest(() => decode(signal, bytes, limits), signal));
  // What is no request of one is none of the others either: something would be certain in it.
  const refused = isOfSome ? null : refusalOf(() => decode('traces', bytes, limits));
  if (refused)
    return new PoisonRecord(refused.reason, `no request of any signal; as traces: ${refused.message}`);
  return new PoisonRecord(
    'unknown_signal',
    'a request whose signal is not certain: no header otelcol.signal, and no item with what only items of one signal have',
  );
}

function refusalOf(decode: () => unknown): PoisonRecord | null {
  try {
    decode();
    return null;
  } catch (error) {
    if (error instanceof PoisonRecord) return error;
    throw error;
  }
}

/** @throws PoisonRecord when it can be told what the bytes are instead of a request. */
function refuseRecognized(bytes: Uint8Array, limits: Limits): void {
  const what = recognize(bytes, wrapped => mayGuess(wrapped) && isRequestOfAny(wrapped, limits));
  if (what !== undefined) throw new PoisonRecord('malformed', `the value is ${what}`);
}

function isRequestOfAny(bytes: Uint8Array, limits: Limits): boolean {
  return SIGNALS.some(signal =>
    looksLikeJson(bytes)
      ? isRequest(() => decodeJson(signal, bytes, limits), signal)
      : isProtobufRequest(signal, bytes, limits),
  );
}

function isEmpty(signal: Signal, request: Message): boolean {
  return REQUEST_SCHEMAS[signal].fields.every(field => (request[field.name] as unknown[]).length === 0);
}

function isProtobufRequest(signal: Signal, bytes: Uint8Array, limits: Limits): boolean {
  return isRequest(() => decodeProtobuf(signal, bytes, limits), signal);
}

/** Does it decode, and hold something: an empty request proves nothing. */
function isRequest(decode: () => Decoded, signal: Signal): boolean {
  try {
    return !isEmpty(signal, decode().request);
  } catch {
    return false;
  }
}

function isMalformed(error: unknown): boolean {
  return error instanceof PoisonRecord && error.reason === 'malformed';
}
