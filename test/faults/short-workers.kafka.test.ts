import { WORKERS_AND_NETWORK } from './short-groups.js';
import { testShort } from './test-short.js';

testShort(WORKERS_AND_NETWORK);
