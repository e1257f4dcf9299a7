import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findJavaKafka } from '../../../src/demo/broker/kafka-release.js';

/**
 * What Kafka's own tool says of files of a broker's log: a `Dumping <file>` line for each, and lines about what is in it.
 * @param flags for example `--transaction-log-decoder`.
 */
export async function* dumpLog(files: readonly string[], flags: readonly string[]): AsyncGenerator<string> {
  if (files.length === 0) return;
  const found = findJavaKafka();
  if ('missing' in found) throw new Error(`Kafka's command cannot be run here: ${found.missing}`);
  const command = ['-cp', join(found.jarsDir, '*'), 'kafka.tools.DumpLogSegments', ...flags];
  // An index that is still being written makes it complain on its way out; what it could read is told before.
  const tool = spawn(found.java, [...command, '--files', files.join(',')], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  yield* createInterface({ input: tool.stdout });
}
