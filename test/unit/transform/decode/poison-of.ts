import { PoisonRecord } from '../../../../src/errors.js';

/** The PoisonRecord that `decode` throws. */
export function poisonOf(decode: () => unknown): PoisonRecord {
  try {
    decode();
  } catch (error) {
    if (error instanceof PoisonRecord) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
