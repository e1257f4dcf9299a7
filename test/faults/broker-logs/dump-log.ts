import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findJavaKafka } from '../../../src/demo/broker/kafka-release.js';

/**
 * What Kafka's own tool says of files of a broker's log: a `Dumping <file>` line for each, and lines about what is in it.
 * @param flags for example `--transaction-log-decoder`.
 * @throws Error when it could not read one of them.
 */
export async function* dumpLog(files: readonly string[], flags: readonly string[]): AsyncGenerator<string> {
  if (files.length === 0) return;
  const found = findJavaKafka();
  if ('missing' in found) throw new Error(`Kafka's command cannot be run here: ${found.missing}`);
  const command = ['-cp', join(found.jarsDir, '*'), 'kafka.tools.DumpLogSegments', ...flags];
  const tool = spawn(found.java, [...command, '--files', files.join(',')], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise<number | null>(resolve => tool.on('close', resolve));
  yield* createInterface({ input: tool.stdout });
  // Else what could not be read would pass for what is in order.
  const code = await ended;
  if (code !== 0) throw new Error(`DumpLogSegments ended with ${code} while it read ${files.join(', ')}`);
}
