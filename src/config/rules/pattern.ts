import { RE2JS } from 're2js';
import { type Check, wrong } from './shape.js';

/** A pattern, compiled. */
export type Pattern = RE2JS;

/**
 * Compiles a pattern in the syntax of RE2, which is matched in time linear to the text: senders choose the texts.
 *
 * @throws Error that says what is wrong with it.
 */
export function compilePattern(pattern: string): Pattern {
  return RE2JS.compile(pattern);
}

/** A pattern that RE2 takes: no back-references and no looking around. */
export const pattern: Check = value => {
  if (typeof value !== 'string' || value === '') return [wrong(value, 'must be a pattern (RE2)')];
  try {
    compilePattern(value);
    return [];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [wrong(value, `is no pattern that RE2 takes: ${reason}`)];
  }
};
