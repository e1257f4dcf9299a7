import { defaultConfig } from '../../src/config/schema.js';
import { encodingsOf } from '../../src/encodings/encodings-of.js';

const { traces } = encodingsOf(defaultConfig());

/** For tests with topics of no config: their rows are JSON. */
export const jsonOfAnyTopic = () => traces;
