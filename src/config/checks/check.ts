import type { Origin } from '../loaded-config.js';
import type { Config } from '../schema.js';

/** A combination of values that are each allowed but cannot be meant together. */
export interface Contradiction {
  /** The settings that contradict each other; the first is the one that is most likely wrong. */
  paths: readonly string[];
  /** One sentence that names them, says why they do not go together and what to do. */
  problem: string;
}

interface CheckContext {
  /** Holds the settings that were written; the others have their default. */
  origins: ReadonlyMap<string, Origin>;
  filesMustExist: boolean;
}

export type CrossCheck = (config: Config, context: CheckContext) => Contradiction[];

/** Reads as a list of rules: `when(a > b, ['a', 'b'], 'a is …')`. */
export function when(wrong: boolean, paths: readonly string[], problem: string): Contradiction[] {
  return wrong ? [{ paths, problem }] : [];
}
