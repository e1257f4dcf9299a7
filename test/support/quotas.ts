import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findJavaKafka } from '../../src/demo/broker/kafka-release.js';

/**
 * Lets brokers slow down a client that writes more bytes a second, with Kafka's own command, since the client has no call
 * for it.
 * @param clientId `kafka.client_id` of the workers.
 */
export async function limitProducer(
  brokers: string,
  clientId: string,
  bytesPerSecond: number,
): Promise<void> {
  const found = findJavaKafka();
  if ('missing' in found) throw new Error(`Kafka's command cannot be run here: ${found.missing}`);
  const command = [
    '-cp',
    join(found.jarsDir, '*'),
    'kafka.admin.ConfigCommand',
    '--bootstrap-server',
    brokers,
  ];
  const entity = ['--entity-type', 'clients', '--entity-name', clientId];
  await promisify(execFile)(found.java, [
    ...command,
    '--alter',
    '--add-config',
    `producer_byte_rate=${bytesPerSecond}`,
    ...entity,
  ]);
}
