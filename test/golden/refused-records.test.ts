import { expect, it } from 'vitest';
import { createTransform } from '../../src/create-transform.js';
import { PoisonRecord } from '../../src/errors.js';
import { allKindsOn } from '../support/all-kinds-on.js';
import { goldenCases } from './golden-cases.js';

const transform = createTransform(allKindsOn());

it.each(goldenCases('refused'))('$signal $name in $encoding is refused as a whole', golden => {
  expect(() => transform(golden.signal, golden.encoding, golden.value)).toThrow(PoisonRecord);
});
