import fc from 'fast-check';
import { FUZZ_SEED } from '../property/fuzz/settings.js';

/** For vitest, before each test file: property tests that do not say otherwise take this seed. */
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: FUZZ_SEED });
