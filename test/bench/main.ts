/**
 * `npm run bench [-- NAME OPTIONS]`: the benches by name. README.md tells what they measure. Each is loaded when it is asked for:
 * some need the compiled Kafka client, which is installed for those only.
 */
const BENCHES: Record<string, (args: string[]) => Promise<void>> = {
  transform: async args => (await import('./transform.js')).benchTransform(args),
  kafka: async args => (await import('./kafka/bench-kafka.js')).benchKafka(args),
  clickhouse: async args => (await import('./clickhouse/bench-clickhouse.js')).benchClickhouse(args),
  bill: async args => (await import('./bill/bench-bill.js')).benchBill(args),
  verify: async args => (await import('./verify.js')).benchVerify(args),
  hostile: async args => (await import('./hostile.js')).benchHostile(args),
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
