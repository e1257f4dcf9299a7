import { benchBill } from './bill/bench-bill.js';
import { benchClickhouse } from './clickhouse/bench-clickhouse.js';
import { benchHostile } from './hostile.js';
import { benchKafka } from './kafka/bench-kafka.js';
import { benchTransform } from './transform.js';
import { benchVerify } from './verify.js';

/** `npm run bench [-- NAME OPTIONS]`: the benches by name. README.md tells what they measure. */
const BENCHES: Record<string, (args: string[]) => Promise<void>> = {
  transform: benchTransform,
  kafka: benchKafka,
  clickhouse: benchClickhouse,
  bill: benchBill,
  verify: benchVerify,
  hostile: benchHostile,
};

const [first = 'transform', ...rest] = process.argv.slice(2);
const [name, args] = first.startsWith('-') ? ['transform', [first, ...rest]] : [first, rest];
const bench = BENCHES[name];
try {
  if (!bench) throw new Error(`no bench is named ${name}; there is: ${Object.keys(BENCHES).join(', ')}`);
  await bench(args);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
