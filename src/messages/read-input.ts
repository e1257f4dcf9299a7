import type { Input } from '../config/inputs.js';
import { PoisonRecord } from '../errors.js';
import type { InputRecord } from '../kafka/ports.js';
import { encodingOf, type InputEncoding, untold } from '../transform/decode/decode-record.js';
import { DEFAULT_LIMITS } from '../transform/decode/limits.js';
import type { Signal } from '../transform/decode/otlp.js';
import { tellSignal, tellSignalOfList } from '../transform/decode/tell-signal.js';
import { wrongSignal } from '../transform/decode/wrong-signal.js';
import { decompress } from './decompress.js';
import { prefixOf } from './framing.js';
import { type SaidByHeaders, saidByHeaders } from './input-headers.js';

/** What of a record is transformed, and as what. */
export interface ReadInput {
  /** null where the record holds no item of any signal. */
  signal: Signal | null;
  encoding: InputEncoding;
  value: Buffer;
  /** What was around the value, as the beginning of a sentence about it: `decompressed with gzip`. Mostly empty. */
  within: string;
}

/** What a record with a value is, before it is transformed. */
export type ValueRecord = Pick<InputRecord, 'headers'> & { value: Buffer };

const LINE_FEED = 0x0a;
const BRACE = 0x7b;
const BRACKET = 0x5b;

/**
 * Finds out what a record is: by the settings of its input, by its headers, and for `auto` by what it holds. Takes off what
 * is around the request: the prefix of a schema registry, then compression. A list in JSON that is nothing but the resources
 * of a request becomes one.
 *
 * Of usual records one byte is looked at: protobuf begins with a line feed, the tag of its list of resources, and JSON with
 * a brace. Neither a prefix nor anything that is told by its beginning does.
 *
 * @param bytesMax of the value when it is decompressed.
 * @throws PoisonRecord
 */
export function readInput({ value, headers }: ValueRecord, input: Input, bytesMax: number): ReadInput {
  const said = saidByHeaders(headers);
  const first = value[0];
  const isBare = first === LINE_FEED || first === BRACE || first === undefined;
  const bare =
    isBare && input.framing !== 'confluent' && said.compression === undefined
      ? { value, within: '' }
      : unwrap(value, input, said, bytesMax);
  const encoding = input.encoding === 'auto' ? encodingSaid(said) : input.encoding;
  const signal = signalOf(bare, input, said, encoding, bytesMax);
  return { signal, encoding, value: bare.value, within: bare.within };
}

/** Says of what was refused what was around it, so that it is known what its byte offsets count from. */
export function refusedWithin(within: string, error: PoisonRecord): PoisonRecord {
  if (within === '') return error;
  const told = new PoisonRecord(error.reason, `${within}: ${error.message}`);
  if (error.kernelFailure !== undefined) told.kernelFailure = error.kernelFailure;
  return told;
}

type Bare = Pick<ReadInput, 'value' | 'within'>;

function unwrap(value: Buffer, { framing }: Input, said: SaidByHeaders, bytesMax: number): Bare {
  const within: string[] = [];
  const prefix = prefixOf(value, framing);
  if (prefix)
    within.push(`behind the ${prefix.bytes} bytes of a Confluent prefix (schema id ${prefix.schemaId})`);
  const content = prefix ? value.subarray(prefix.bytes) : value;
  const undone = decompress(content, said.compression, bytesMax);
  if (undone) within.push(`decompressed with ${undone.codec}`);
  const request = undone?.value ?? content;
  const root = request[0] === BRACKET ? rootOfList(request) : undefined;
  if (root) within.push(`with {"${root}":} put around it`);
  return {
    value: root ? Buffer.concat([Buffer.from(`{"${root}":`), request, Buffer.from('}')]) : request,
    within: within.join(', '),
  };
}

const ROOTS: Record<Signal, string> = {
  traces: 'resourceSpans',
  logs: 'resourceLogs',
  metrics: 'resourceMetrics',
};

function rootOfList(value: Buffer): string | undefined {
  const signal = tellSignalOfList(value);
  return signal && ROOTS[signal];
}

function encodingSaid({ encoding }: SaidByHeaders): InputEncoding {
  if (encoding === undefined) return 'auto';
  if (encoding.value !== 'otap') return encoding.value;
  throw new PoisonRecord(
    'malformed',
    `the value is in the format of OTel Arrow (its header says ${encoding.header}), which otelrows does not read; let the exporter write OTLP`,
  );
}

function signalOf(
  { value, within }: Bare,
  input: Input,
  { signal: said }: SaidByHeaders,
  encoding: InputEncoding,
  bytesMax: number,
): Signal | null {
  if (said !== undefined) {
    if (said.value === 'profiles' || said.value === 'other') {
      throw new PoisonRecord(
        'unsupported_signal',
        `its header says ${said.header}; otelrows makes rows of traces, logs and metrics`,
      );
    }
    if (input.signal !== 'auto' && input.signal !== said.value) {
      throw wrongSignal(input.signal, `${said.value} (its header says ${said.header})`);
    }
    return said.value;
  }
  if (input.signal !== 'auto') return input.signal;
  // A larger one is refused for that.
  if (value.length > bytesMax) return null;
  const written = encodingOf(encoding, value);
  const told = tellSignal(value, written);
  if (told === 'nothing') return null;
  if (told !== 'profiles' && told !== 'unknown') return told;
  throw refusedWithin(within, untold(told, written, value, { ...DEFAULT_LIMITS, maxRecordBytes: bytesMax }));
}
