/** One thing that is wrong with a value that was written for a setting. */
export interface Finding {
  /** Where inside the value, for lists and maps: `[0, 'signal']`. Empty when the whole value is wrong. */
  at: readonly (string | number)[];
  /** The last step of `at` may be a piece of a secret: it says where, and is not shown. */
  atMayBeValue?: boolean;
  /** What was written there; `undefined` when nothing was, or when the key itself is wrong. */
  value: unknown;
  /** What is allowed instead, as a predicate: `must be true or false`. */
  problem: string;
  /** Names or values the user may have meant, for "did you mean". */
  candidates?: readonly string[];
}

/**
 * One setting: its type, default, prose and rules in one place. The environment variable and the flag follow from the
 * path of the setting in the tree (see `listSettings`), so they are not written here.
 */
export interface Setting<T> {
  readonly default: T;
  /** What it does and why its default is what it is, in Markdown. */
  readonly doc: string;
  /** What may be written: `an integer from 1 to 100`. */
  readonly allowed: string;
  /** The property of librdkafka that the value is handed to, where there is one. */
  readonly librdkafka: string | null;
  /** True when the value may never be shown. */
  readonly secret: boolean;
  /** True when the value is a map whose keys are not settings. */
  readonly isMap: boolean;
  /** True when it is true or false, so that its flag alone is true. */
  readonly isBoolean: boolean;
  /** True when the value is a secret or may hold one, so that what stands beside it may be a piece of one. */
  readonly holdsSecrets: boolean;
  /** Reads text, as environment variables and flags hold it, and as config files may. Text that cannot be read is returned as it is, for `check` to refuse. */
  fromText(text: string): unknown;
  /** What a number in a config file means. */
  fromNumber(written: number): unknown;
  /** Everything that is wrong with a value from any source; empty when it can be used. */
  check(value: unknown): Finding[];
  /** Fills in what a value that passed `check` may leave out. */
  complete(value: T): T;
}

// biome-ignore lint/suspicious/noExplicitAny: a tree holds settings of every type, and Setting is invariant in its type
export type AnySetting = Setting<any>;

/** Settings and sections of settings, nested as they are in the config file. */
export interface SettingsTree {
  readonly [key: string]: AnySetting | SettingsTree;
}

/** The values of a tree of settings: what a program reads. */
export type ValuesOf<Tree> =
  Tree extends Setting<infer T> ? T : { -readonly [Key in keyof Tree]: ValuesOf<Tree[Key]> };

export function isSetting(node: AnySetting | SettingsTree): node is AnySetting {
  return typeof node.check === 'function';
}
