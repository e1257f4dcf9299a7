import { createHmac } from 'node:crypto';
import { encodeTextLossless } from '../../values/text.js';

/** Of an HMAC-SHA256, in hex digits: 128 bits tell any values apart. */
const HASH_DIGITS = 32;

/**
 * A hash that stands for a text: equal for equal texts.
 *
 * @param key without which nobody can try out what a hash was made of. Not in the code: from the environment, for example.
 * @returns 32 hex digits of an HMAC-SHA256, the same that the rule `redact` with `hash` makes.
 */
export function keyedHash(text: string, key: string): string {
  return createHmac('sha256', key).update(encodeTextLossless(text)).digest('hex').slice(0, HASH_DIGITS);
}
