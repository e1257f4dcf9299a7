// Installs what is missing, builds, and for `demo` runs it. Plain Node without packages: it is what installs them.
//
//   node deploy/setup/setup.mjs demo [arguments of `otelrows demo`]
//   node deploy/setup/setup.mjs test     everything that the test suite needs
//   node deploy/setup/setup.mjs matrix   that, and every version of ClickHouse
//   node deploy/setup/setup.mjs charts   the npm packages, what renders and checks the Helm chart, and the build
//   node deploy/setup/setup.mjs build    the npm packages, and compiles what has changed since the last time
//
// A piece that is there already costs nothing; a second call takes a second.

import { join } from 'node:path';
import { build } from './build.mjs';
import { installChartTools } from './charts.mjs';
import { CLICKHOUSE_VERSIONS, installClickhouse } from './clickhouse.mjs';
import { installBestKafka, installJavaKafka } from './kafka-broker.mjs';
import { installKafkaClient } from './kafka-client.mjs';
import { checkNode, installNodePackages } from './node-packages.mjs';
import { ROOT } from './paths.mjs';
import { SetupFailed, say, stepsDone } from './progress.mjs';

const [purpose = '', ...rest] = process.argv.slice(2);

process.on('SIGINT', () => {
  say('Set-up stopped. The next call goes on from here.');
  process.exit(130);
});

try {
  const started = Date.now();
  process.chdir(ROOT);
  if (purpose === 'build' || purpose === 'charts') {
    checkNode();
    await installNodePackages();
    if (purpose === 'charts') await installChartTools();
    await build();
  } else if (['demo', 'test', 'matrix'].includes(purpose)) {
    await setUp(purpose);
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    say(stepsDone() === 0 ? `Set-up: all there (${seconds} s)` : `Set-up done in ${seconds} s`);
    if (purpose === 'demo') await runDemo();
  } else {
    throw new SetupFailed('Usage: node deploy/setup/setup.mjs demo|test|matrix|charts|build');
  }
} catch (error) {
  if (!(error instanceof SetupFailed)) throw error;
  say(`\nSet-up stopped: ${error.message}`);
  process.exit(1);
}

async function setUp(purpose) {
  checkNode();
  await installNodePackages();
  await installKafkaClient();
  // Some tests end brokers, or need listeners of their own: they run Kafka by Java, whatever broker serves the others.
  if (purpose !== 'demo') await installJavaKafka();
  else if (!brokersGiven()) await installBestKafka();
  if (purpose === 'test') await installClickhouse([CLICKHOUSE_VERSIONS.at(0), CLICKHOUSE_VERSIONS.at(-1)]);
  if (purpose === 'matrix') await installClickhouse(CLICKHOUSE_VERSIONS);
  if (purpose === 'test') await installChartTools();
  await build();
}

function brokersGiven() {
  return (
    Boolean(process.env.OTELROWS_KAFKA_BROKERS) || rest.some(argument => argument.startsWith('--brokers'))
  );
}

/** In this process, so that Ctrl-C and the exit code are the demo's own. */
async function runDemo() {
  process.removeAllListeners('SIGINT');
  const main = join(ROOT, 'dist', 'main.js');
  process.argv = [process.execPath, main, 'demo', ...rest];
  await import(main);
}
