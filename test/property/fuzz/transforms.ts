import { createTransform } from '../../../src/create-transform.js';
import { createPlainTransform } from '../../../src/transform/plain-transform.js';
import type { TransformRecord, TransformSettings } from '../../../src/transform/transform-record.js';

/** An implementation of the transform that is fuzzed. */
export interface TransformUnderTest {
  name: string;
  create(settings: TransformSettings): TransformRecord;
}

/** The reference first; all others must do with every record what it does. */
export const TRANSFORMS: readonly [TransformUnderTest, ...TransformUnderTest[]] = [
  { name: 'plain', create: createPlainTransform },
  { name: 'auto', create: createTransform },
];
