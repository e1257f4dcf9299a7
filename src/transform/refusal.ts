import { constants } from 'node:buffer';
import { PoisonRecord } from '../errors.js';

/**
 * What the bounds on memory let pass, V8 may still refuse. That concerns the record and neither the worker nor its progress.
 * V8 has no codes for its errors.
 *
 * @returns undefined for any other error.
 */
export function refusalOf(error: unknown): PoisonRecord | undefined {
  if (!(error instanceof RangeError)) return undefined;
  switch (error.message) {
    case 'Invalid string length':
      return new PoisonRecord(
        'bytes_limit',
        `a text would have more than ${constants.MAX_STRING_LENGTH} characters`,
      );
    case 'Array buffer allocation failed':
      return new PoisonRecord('bytes_limit', 'there is not enough memory for what the record becomes');
    case 'Maximum call stack size exceeded':
      return new PoisonRecord('nesting_limit', 'values are nested deeper than the stack allows');
    default:
      return undefined;
  }
}
