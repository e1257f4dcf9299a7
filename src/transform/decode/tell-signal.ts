import { asBuffer } from '../../values/text.js';
import { SIGNALS, type Signal } from './otlp.js';
import { REQUEST_SCHEMAS, WIRE_32_BIT, WIRE_64_BIT, WIRE_LENGTH, WIRE_VARINT } from './schema.js';

/**
 * What a value says of its signal by itself. `nothing`: it holds no item of any, so it makes the same rows as each, none.
 * `unknown`: nothing is certain, or the value is no request.
 */
export type ToldSignal = Signal | 'profiles' | 'nothing' | 'unknown';

/**
 * Tells the signal of a request from what it holds, where that is certain. Reads as far as it has to: of usual records the
 * first root in JSON, the first item in protobuf. Whether the rest is a request of that signal, its decoder says.
 */
export function tellSignal(value: Uint8Array, encoding: 'otlp_proto' | 'otlp_json'): ToldSignal {
  const bytes = asBuffer(value);
  return encoding === 'otlp_json' ? tellByRoot(bytes) : tellByItems(bytes);
}

const SIGNAL_OF_ROOT: ReadonlyMap<string, Signal | 'profiles'> = new Map<string, Signal | 'profiles'>([
  ...SIGNALS.flatMap(signal =>
    [...REQUEST_SCHEMAS[signal].fieldByJsonName.keys()].map(name => [name, signal] as const),
  ),
  ['resourceProfiles', 'profiles'],
  ['resource_profiles', 'profiles'],
]);

/** The lists that elements of a root have: `scopeSpans`, `scope_spans`. */
const SIGNAL_OF_LIST: ReadonlyMap<string, Signal> = new Map(
  SIGNALS.flatMap(signal =>
    REQUEST_SCHEMAS[signal].fields.flatMap(root =>
      root.kind === 'message'
        ? [...root.message.fieldByJsonName]
            .filter(([, { repeated }]) => repeated)
            .map(([name]) => [name, signal] as const)
        : [],
    ),
  ),
);

/**
 * The signal of JSON that is the list of a request without the request around it, as Rotel wrote it until 2025:
 * `[{"resource":{},"scopeSpans":[]}]`. By the names in its first element.
 *
 * @returns undefined for anything else.
 */
export function tellSignalOfList(value: Uint8Array): Signal | undefined {
  const text = new JsonScan(asBuffer(value));
  if (!text.tryTake('[')) return undefined;
  text.skipBlank();
  if (!text.tryTake('{')) return undefined;
  for (text.skipBlank(); ; text.skipBlank()) {
    const name = text.takeName();
    if (name === null) return undefined;
    const signal = SIGNAL_OF_LIST.get(name);
    if (signal !== undefined) return signal;
    if (!text.skipValue()) return undefined;
    text.skipBlank();
    if (!text.tryTake(',')) return undefined;
  }
}

/** The signal of a root, by its name in either spelling. */
export function signalOfRoot(name: string): Signal | 'profiles' | undefined {
  return SIGNAL_OF_ROOT.get(name);
}

/**
 * By the first root that holds something: some writers name every root there is. That there is no other that holds
 * something, the decoder of the signal makes sure of.
 */
function tellByRoot(bytes: Buffer): ToldSignal {
  const text = new JsonScan(bytes);
  let emptyRoot: ToldSignal = 'nothing';
  for (text.skipBlank(); !text.atEnd(); text.skipBlank()) {
    if (text.tryTake('null')) continue;
    if (!text.tryTake('{')) return 'unknown';
    for (text.skipBlank(); !text.tryTake('}'); text.skipBlank()) {
      const name = text.takeName();
      if (name === null) return 'unknown';
      const signal = SIGNAL_OF_ROOT.get(name);
      if (signal === undefined) {
        // What is no root may be passed over only once there is one: without any, this is no request.
        if (emptyRoot === 'nothing') emptyRoot = 'unknown';
      } else if (!text.holdsNothing()) {
        return signal;
      } else if (emptyRoot === 'nothing' || emptyRoot === 'unknown') {
        emptyRoot = signal;
      }
      if (!text.skipValue()) return 'unknown';
      text.skipBlank();
      text.tryTake(',');
    }
  }
  return emptyRoot;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** As much of JSON as it takes to find names on the first level. What is no JSON is left to the decoder. */
class JsonScan {
  private offset = 0;

  constructor(private readonly bytes: Buffer) {}

  atEnd(): boolean {
    return this.offset >= this.bytes.length;
  }

  /** White space, and byte order marks. */
  skipBlank(): void {
    for (; ; this.offset++) {
      const byte = this.bytes[this.offset];
      const isMark = byte === 0xef || byte === 0xbb || byte === 0xbf;
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09 && !isMark) return;
    }
  }

  tryTake(text: string): boolean {
    const taken = this.bytes.toString('latin1', this.offset, this.offset + text.length) === text;
    if (taken) this.offset += text.length;
    return taken;
  }

  /** The name of a member, up to its value; null where there is none. */
  takeName(): string | null {
    const start = this.offset + 1;
    if (!this.skipString()) return null;
    const name = this.bytes.toString('latin1', start, this.offset - 1);
    this.skipBlank();
    if (!this.tryTake(':')) return null;
    this.skipBlank();
    return name;
  }

  /** Whether the value that begins here is `null` or an empty list. */
  holdsNothing(): boolean {
    return /^(null|\[[ \t\r\n]*\])/.test(this.bytes.toString('latin1', this.offset, this.offset + 64));
  }

  /** @returns false when it does not end. */
  skipValue(): boolean {
    let depth = 0;
    while (this.offset < this.bytes.length) {
      const byte = this.bytes[this.offset];
      if (byte === QUOTE) {
        if (!this.skipString()) return false;
        continue;
      }
      const opens = byte === 0x7b || byte === 0x5b;
      const closes = byte === 0x7d || byte === 0x5d;
      if (depth === 0 && (closes || byte === 0x2c)) return true;
      if (opens) depth++;
      if (closes) depth--;
      this.offset++;
    }
    return false;
  }

  private skipString(): boolean {
    if (this.bytes[this.offset] !== QUOTE) return false;
    for (let i = this.offset + 1; i < this.bytes.length; i++) {
      const byte = this.bytes[i];
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) {
        this.offset = i + 1;
        return true;
      }
    }
    return false;
  }
}

/**
 * By the items, which all lie in the same place: field 2 of field 2 of field 1. The three requests and that of profiles do
 * not differ before. No field of one is looked at that an item of another may have with the same number and wire type:
 *
 * | item      | certain by                                                     | of which nothing else has        |
 * |-----------|----------------------------------------------------------------|----------------------------------|
 * | Span      | 7, 8: fixed64, its begin and end                               | 7 or 8 as fixed64                |
 * | LogRecord | 1, 11: fixed64, its times; 2: varint, its severity; 8: fixed32 | these                            |
 * |           | 6: length, its attributes                                      | 6, and yet no 1 as length        |
 * | Metric    | 5, 7, 9, 10, 11: length, its data                              | points with a time, nothing else |
 * | Profile   | 2, 3: fixed64, its times; 4: varint                            | these, in all releases so far    |
 *
 * Items without any of these, such as a log record of nothing but a body, tell nothing, and the next one is asked.
 */
function tellByItems(bytes: Buffer): ToldSignal {
  let told: ToldSignal = 'nothing';
  const request = new WireScan(bytes, 0, bytes.length);
  while (request.next()) {
    if (!request.isMessage(1)) {
      // The dictionary of profiles. Nothing else has a second field.
      if (request.isMessage(2) && told === 'unknown') return 'profiles';
      continue;
    }
    for (const scopes = request.within(); scopes.next(); ) {
      if (!scopes.isMessage(2)) continue;
      const items = scopes.within();
      while (items.next()) {
        if (!items.isMessage(2)) continue;
        const signal = tellByItem(items.within());
        if (signal !== 'unknown') return signal;
        told = 'unknown';
      }
      if (items.broken) return 'unknown';
    }
  }
  return request.broken ? 'unknown' : told;
}

/** Of field numbers and wire types, as bits: of each number the types that occur. */
function bitOf(number: number, wireType: number): number {
  return number * 8 + wireType;
}

const SPAN = [bitOf(7, WIRE_64_BIT), bitOf(8, WIRE_64_BIT)];
const LOG = [bitOf(1, WIRE_64_BIT), bitOf(11, WIRE_64_BIT), bitOf(2, WIRE_VARINT), bitOf(8, WIRE_32_BIT)];
const LOG_ATTRIBUTES = bitOf(6, WIRE_LENGTH);
const LENGTH_FIRST = bitOf(1, WIRE_LENGTH);
const PROFILE = [bitOf(2, WIRE_64_BIT), bitOf(3, WIRE_64_BIT), bitOf(4, WIRE_VARINT)];
const METRIC_DATA = [5, 7, 9, 10, 11];

function tellByItem(item: WireScan): ToldSignal {
  const seen = new Set<number>();
  let hasPoints = false;
  let onlyLengths = true;
  while (item.next()) {
    seen.add(bitOf(item.number, item.wireType));
    onlyLengths &&= item.wireType === WIRE_LENGTH;
    hasPoints ||= METRIC_DATA.some(number => item.isMessage(number)) && holdsPoint(item.within());
  }
  const has = (tag: number) => seen.has(tag);
  const fitting: ToldSignal[] = [];
  if (SPAN.some(has)) fitting.push('traces');
  if (LOG.some(has) || (has(LOG_ATTRIBUTES) && !has(LENGTH_FIRST))) fitting.push('logs');
  if (hasPoints && onlyLengths) fitting.push('metrics');
  if (PROFILE.some(has)) fitting.push('profiles');
  const [only = 'unknown', other] = fitting;
  return other === undefined ? only : 'unknown';
}

/** Whether the data of a metric has a point with a time, in 2 or 3 as of every kind. */
function holdsPoint(data: WireScan): boolean {
  while (data.next()) {
    if (!data.isMessage(1)) continue;
    for (const point = data.within(); point.next(); ) {
      if ((point.number === 2 || point.number === 3) && point.wireType === WIRE_64_BIT) return true;
    }
  }
  return false;
}

/** The fields of a protobuf message, one after the other, as they lie there; of the last one also what is left of it. */
class WireScan {
  number = 0;
  wireType = 0;
  /** Whether what follows is no field. */
  broken = false;
  private valueStart = 0;
  private offset: number;

  constructor(
    private readonly bytes: Buffer,
    start: number,
    private readonly end: number,
  ) {
    this.offset = start;
  }

  /** Goes to the next field. @returns false at the end, and where there is none. */
  next(): boolean {
    if (this.broken || this.offset >= this.end) return false;
    const tag = this.readVarint();
    this.number = Math.floor(tag / 8);
    this.wireType = tag % 8;
    const isField = this.number > 0 && this.skipValue();
    if (!isField) this.broken = true;
    return isField;
  }

  isMessage(number: number): boolean {
    return this.number === number && this.wireType === WIRE_LENGTH;
  }

  /** The field as a message of its own. */
  within(): WireScan {
    return new WireScan(this.bytes, this.valueStart, this.offset);
  }

  private skipValue(): boolean {
    switch (this.wireType) {
      case WIRE_VARINT:
        return this.readVarint() >= 0;
      case WIRE_64_BIT:
        this.offset += 8;
        break;
      case WIRE_32_BIT:
        this.offset += 4;
        break;
      case WIRE_LENGTH: {
        const length = this.readVarint();
        if (length < 0) return false;
        this.valueStart = this.offset;
        this.offset += length;
        // What a record that is cut off was to be, is best told by what is there.
        this.broken = this.offset > this.end;
        this.offset = Math.min(this.offset, this.end);
        break;
      }
      // Groups: no sender of OTLP has ever written one.
      default:
        return false;
    }
    return this.offset <= this.end;
  }

  /** As a double, which is exact for every tag and length that there can be; -1 where it is cut off or too long. */
  private readVarint(): number {
    let value = 0;
    for (let shift = 1, count = 0; count < 10 && this.offset < this.end; shift *= 128, count++) {
      const byte = this.bytes[this.offset++] as number;
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
    }
    return -1;
  }
}
