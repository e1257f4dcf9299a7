import { type PoisonReason, PoisonRecord } from '../../errors.js';
import { quotedLength } from '../../values/json-text.js';
import { type Limits, memoryBytesMax } from './limits.js';
import type { Field, Message, MessageSchema } from './schema.js';

/** A path stands in a header of a dead letter and in the log; values nested within each other would make it very long. */
const PATH_STEPS_FIRST = 14;
const PATH_STEPS_LAST = 4;

/** A name comes from the sender, and stands where a path does. */
const NAME_LENGTH_MAX = 60;
/** A bigint, the largest of what lists of numbers hold. */
const NUMBER_BYTES = 24;

/** What a decoder makes of a value. */
export interface Decoded {
  request: Message;
  /** What it takes in memory: estimated. */
  memoryBytes: number;
  /** Of those that were passed over, the first. Takes time to find in JSON, so it is for those who need it. */
  firstUnknownField(): UnknownField | undefined;
}

/** A field that the protocol does not have, or has no longer. */
export interface UnknownField {
  /** `resourceSpans[0].instrumentationLibrarySpans`, in protobuf `resourceSpans[0].(field 1000)`. */
  path: string;
  /** Where its name or number stands in the record's value. */
  byteOffset: number;
}

/** Where a decoder stands in the request and what it has made so far: for error messages and for the limits. */
export class Walk {
  readonly limits: Limits;
  private readonly byteOffset: (position: number) => number;
  private readonly fields: Field[] = [];
  private readonly indexes: number[] = [];
  private field: Field | undefined;
  private index = 0;
  private itemCount = 0;
  private nesting = 0;
  private unknown: { path: string; position: number } | undefined;
  private readonly memoryBytesMax: number;
  private heldBytes = 0;

  /**
   * @param byteOffset turns the positions of the decoder into offsets in bytes. Called for errors and unknown fields that
   * are told of, so it may take its time.
   */
  constructor(limits: Limits, byteOffset: (position: number) => number) {
    this.limits = limits;
    this.byteOffset = byteOffset;
    this.memoryBytesMax = memoryBytesMax(limits);
  }

  /** Memory that the decoded request takes, estimated. */
  get memoryBytes(): number {
    return this.heldBytes;
  }

  /**
   * The field of the current message that is read next; undefined is none in particular.
   * @param index of the element in its list; ignored for a field that is not repeated.
   */
  at(field: Field | undefined, index = 0): void {
    this.field = field;
    this.index = index;
    if (field) this.hold(field.memoryBytes);
  }

  /**
   * Takes memory for what is about to be made of the record's bytes.
   * @throws PoisonRecord when that is more than one record may take.
   */
  hold(bytes: number): void {
    this.heldBytes += bytes;
    if (this.heldBytes > this.memoryBytesMax) {
      const problem = `the decoded record would take more than ${this.memoryBytesMax} bytes of memory, which is the bound for one record`;
      throw this.poison('bytes_limit', problem);
    }
  }

  /** Takes the memory for the JSON that a text within a list or a map becomes part of: its own, and that of the whole. */
  holdText(text: string): void {
    const parent = this.fields.at(-1);
    const isWhole = parent?.kind === 'message' && parent.message.isValue && this.nesting === 1;
    if (this.nesting > 0 && !isWhole) this.hold(3 * quotedLength(text));
  }

  /**
   * Goes into a sub-message; `leave` goes out again.
   * @param index as for `at`.
   * @param position where the sub-message begins.
   */
  enter(field: Field, message: MessageSchema, index: number, position: number): void {
    this.at(undefined);
    this.fields.push(field);
    this.indexes.push(index);
    this.hold(message.memoryBytes + (field.repeated ? slotBytes(index) : 0));
    if (message.isItem && ++this.itemCount > this.limits.maxItems) {
      throw this.poison(
        'items_limit',
        `more than ${this.limits.maxItems} spans, log records or data points`,
        position,
      );
    }
    if (message.isValue && ++this.nesting > this.limits.maxNesting) {
      throw this.poison('nesting_limit', `values nested more than ${this.limits.maxNesting} deep`, position);
    }
  }

  leave(message: MessageSchema): void {
    this.fields.pop();
    this.indexes.pop();
    if (message.isValue) this.nesting--;
  }

  /** Goes to an element of a list of numbers; `enter` goes to one of messages. */
  atElement(field: Field, index: number): void {
    this.at(field, index);
    this.hold(slotBytes(index) + NUMBER_BYTES);
  }

  /**
   * Notes a field of the current message that is passed over.
   * @param name or number.
   */
  noteUnknown(name: string | number, position: number): void {
    if (this.unknown) return;
    this.at(undefined);
    const step = typeof name === 'number' ? `(field ${name})` : plainName(name);
    const path = this.path();
    this.unknown = { path: path === '' ? step : `${path}.${step}`, position };
  }

  firstUnknownField(): UnknownField | undefined {
    return this.unknown && { path: this.unknown.path, byteOffset: this.byteOffset(this.unknown.position) };
  }

  /** An error at the field that is being read. */
  poison(reason: PoisonReason, problem: string, position?: number): PoisonRecord {
    const fieldPath = this.path();
    if (position === undefined) return new PoisonRecord(reason, problem, { fieldPath });
    return new PoisonRecord(reason, problem, { fieldPath, byteOffset: this.byteOffset(position) });
  }

  /**
   * `resourceSpans[0].scopeSpans[1].spans[7].traceId`; of one that is very long, the middle is counted only:
   * `….values[0].(112 more).arrayValue.values[0]`
   */
  private path(): string {
    const steps = this.fields.map((field, i) => stepText(field, this.indexes[i] ?? 0));
    if (this.field) steps.push(stepText(this.field, this.index));
    const left = steps.length - PATH_STEPS_FIRST - PATH_STEPS_LAST;
    if (left > 1) steps.splice(PATH_STEPS_FIRST, left, `(${left} more)`);
    return steps.join('.');
  }
}

/** The first element of a list makes V8 take room for 17, later ones by half as much again as there is. */
function slotBytes(index: number): number {
  return index === 0 ? 152 : 12;
}

function stepText(field: Field, index: number): string {
  return field.repeated ? `${field.name}[${index}]` : field.name;
}

/** As it is when it looks like a name, otherwise in quotes. */
function plainName(name: string): string {
  return name.length <= NAME_LENGTH_MAX && /^[A-Za-z0-9_.$@-]+$/.test(name) ? name : quoteName(name);
}

/** A sender's name in quotes, for a message: printable ASCII and never long. */
export function quoteName(name: string): string {
  const begin = name.length > NAME_LENGTH_MAX ? `${name.slice(0, NAME_LENGTH_MAX)}...` : name;
  return JSON.stringify(begin).replace(
    /[^\x20-\x7e]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
