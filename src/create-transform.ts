import { createKernelTransform } from './kernel/kernel-transform.js';
import { createPlainTransform } from './transform/plain-transform.js';
import type { MessageLifetime, TransformRecord, TransformSettings } from './transform/transform-record.js';

/**
 * The transform that the settings ask for.
 *
 * @param lifetime `until_next_call` spares a copy of every row, for callers that are done with the messages of one record
 *   before they transform the next.
 */
export function createTransform(
  settings: TransformSettings,
  lifetime: MessageLifetime = 'lasting',
): TransformRecord {
  const plain = createPlainTransform(settings);
  return settings.transform === 'plain' ? plain : createKernelTransform(settings, lifetime, plain);
}
