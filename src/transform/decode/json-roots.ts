import { nearest } from '../../config/nearest.js';
import type { PoisonRecord } from '../../errors.js';
import { SIGNALS, type Signal } from './otlp.js';
import { type MessageField, type MessageSchema, REQUEST_SCHEMAS } from './schema.js';
import { signalOfRoot } from './tell-signal.js';
import { quoteName, type Walk } from './walk.js';
import { unsupportedProfiles, wrongSignal } from './wrong-signal.js';

/** More of them say nothing new, and a request may have a million. */
const NAMES_MAX = 100;

/** What is longer resembles no root, and would take its time to be compared. */
const NAME_LENGTH_MAX = 60;

/** Every spelling of every root: `resourceSpans`, `resource_spans`. */
const ROOTS: readonly string[] = SIGNALS.flatMap(signal => [
  ...REQUEST_SCHEMAS[signal].fieldByJsonName.keys(),
]);

/** What the lists below the roots are members of: `scopeLogs` of `resourceLogs`, `logRecords` of `scopeLogs`. */
const PARENT_OF_LIST: ReadonlyMap<string, string> = new Map(SIGNALS.flatMap(listsBelow));

/**
 * The names on the first level of a request in JSON. What a request does not know is passed over, and on this level that
 * is all it has: an object without a root of its signal would be a record without rows and without a reason.
 */
export class JsonRoots {
  private readonly signal: Signal;
  private hasOwn = false;
  private readonly unknown: string[] = [];
  private unknownPosition = 0;
  private other: Signal | 'profiles' | undefined;
  private otherHolds = false;

  constructor(signal: Signal) {
    this.signal = signal;
  }

  /** Notes a root of the signal. */
  noteOwn(): void {
    this.hasOwn = true;
  }

  /**
   * Notes any other name.
   * @param value its value, as it is written.
   * @param position of the name.
   */
  noteUnknown(name: string, value: string, position: number): void {
    if (this.unknown.length === 0) this.unknownPosition = position;
    if (this.unknown.length < NAMES_MAX) this.unknown.push(name);
    const other = signalOfRoot(name);
    if (other === undefined || this.otherHolds) return;
    this.otherHolds = !isNothing(value);
    if (this.otherHolds || this.other === undefined) this.other = other;
  }

  /**
   * The error when rows would vanish: a root of another signal and none of its own, both where the other one holds
   * something, or no root at all. An object without members is an empty request.
   */
  problem(walk: Walk): PoisonRecord | undefined {
    const { signal, other } = this;
    if (other !== undefined && !(this.hasOwn && !this.otherHolds)) {
      const actual = this.hasOwn ? `${other} beside ${signal}` : other;
      return other === 'profiles' ? unsupportedProfiles(actual) : wrongSignal(signal, actual);
    }
    if (this.hasOwn || this.unknown.length === 0) return undefined;
    return walk.poison('unknown_root', this.describe(), this.unknownPosition);
  }

  private describe(): string {
    const [first = ''] = this.unknown;
    const [own = ''] = REQUEST_SCHEMAS[this.signal].fieldByJsonName.keys();
    return `a JSON object without "${own}", the root of ${this.signal}: its first key is ${quoteName(first)}${this.hint()}`;
  }

  /** What was probably meant, by the first name that resembles anything. */
  private hint(): string {
    for (const name of this.unknown) {
      if (name.length > NAME_LENGTH_MAX) continue;
      const parent = PARENT_OF_LIST.get(name);
      if (parent !== undefined) return `; ${quoteName(name)} belongs into an element of "${parent}"`;
      const near = nearest(name, ROOTS);
      if (near !== null) return `; the nearest root to ${quoteName(name)} is "${near}"`;
    }
    return '';
  }
}

/** Some writers name every root that there is, and leave those that they do not use empty. */
function isNothing(value: string): boolean {
  return value === 'null' || /^\[[ \t\r\n]*\]$/.test(value);
}

/** The two lists between a request and its items. */
function listsBelow(signal: Signal): [name: string, parent: string][] {
  const root = listIn(REQUEST_SCHEMAS[signal]);
  const scopes = listIn(root.message);
  const items = listIn(scopes.message);
  return [
    [scopes.name, root.name],
    [items.name, scopes.name],
  ];
}

function listIn({ name, fields }: MessageSchema): MessageField {
  const list = fields.find(field => field.repeated && field.kind === 'message');
  if (list?.kind !== 'message') throw new Error(`${name} has no list of messages`);
  return list;
}
