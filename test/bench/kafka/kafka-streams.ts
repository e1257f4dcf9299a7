import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import type { Contestant } from './contestants.js';

const SOURCES = 'test/bench/rivals/kafka-streams';
const BUILT = '.cache/rivals/kafka-streams';

/** Serial: on one core the other collectors only cost more. The heap begins at its full size, as in production. */
const JVM_OPTIONS = ['-Xms1g', '-Xmx1g', '-XX:+UseSerialGC', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];

/**
 * The Kafka Streams application of `test/bench/rivals`, built by Maven from public packages.
 * @throws Error with Maven's words when that fails.
 */
export function buildKafkaStreams(): Contestant {
  const folder = resolve(BUILT);
  const { status, stdout, stderr, error } = spawnSync(
    'mvn',
    ['-q', '-B', '-f', `${SOURCES}/pom.xml`, `-DoutputFolder=${folder}`, 'package'],
    { encoding: 'utf8' },
  );
  if (error) throw new Error(`the rival needs Maven and Java 17 to be built: ${error.message}`);
  if (status !== 0) throw new Error(`Maven could not build ${SOURCES}:\n${stdout}${stderr}`);
  const classPath = `'${folder}/rival.jar:${folder}/libs/*'`;
  return {
    name: 'kafka-streams',
    // Named in the text because the program takes its input from there.
    commandLine: `env INPUT="$INPUT" java ${JVM_OPTIONS.join(' ')} -cp ${classPath} otelrows.rival.Main`,
    isRival: true,
  };
}
