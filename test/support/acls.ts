import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findJavaKafka } from '../../src/demo/broker/kafka-release.js';

/**
 * Adds access rules with Kafka's own command, since the client has no call for it.
 * @param rules as `kafka-acls.sh --add` takes them.
 */
export async function addAcls(brokers: string, rules: readonly string[]): Promise<void> {
  const found = findJavaKafka();
  if ('missing' in found) throw new Error(`Kafka's command cannot be run here: ${found.missing}`);
  const command = ['-cp', join(found.jarsDir, '*'), 'org.apache.kafka.tools.AclCommand'];
  await promisify(execFile)(found.java, [...command, '--bootstrap-server', brokers, '--add', ...rules]);
}
