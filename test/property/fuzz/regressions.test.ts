import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkCase } from './check-case.js';
import { type HangWatch, watchForHangs } from './hang-watch.js';
import { regressions } from './regressions.js';
import { VARIANT_NAMES } from './variants.js';

let watch: HangWatch;
beforeAll(() => {
  watch = watchForHangs();
});
afterAll(() => watch.close());

it.each(regressions())('$name ($signal, $encoding) holds what every record holds', regression => {
  for (const variant of VARIANT_NAMES) {
    expect(['rows', 'poison']).toContain(checkCase({ ...regression, variant }, watch).kind);
  }
});
