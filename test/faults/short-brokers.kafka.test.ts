import { BROKERS } from './short-groups.js';
import { testShort } from './test-short.js';

testShort(BROKERS);
