import { createKernel, type Kernel } from '../../src/kernel/kernel-transform.js';
import { createPlainTransform } from '../../src/transform/plain-transform.js';
import type {
  MessageLifetime,
  TransformedRecord,
  TransformSettings,
} from '../../src/transform/transform-record.js';

/** A kernel, with the plain engine for the items that it leaves. */
export function kernelOf(settings: TransformSettings, lifetime: MessageLifetime = 'until_next_call'): Kernel {
  return createKernel(settings, lifetime, createPlainTransform(settings));
}

/** What the kernel made of a record that it takes; null of one that it leaves whole. */
export function takenBy(kernel: Kernel, ...record: Parameters<Kernel>): TransformedRecord | null {
  const made = kernel(...record);
  return typeof made === 'string' ? null : made;
}
