import type { Config } from '../../config/schema.js';
import { releaseOf, supportsExactlyOnce } from '../../kafka/broker-release.js';
import { adminOptions } from '../../kafka/client-options.js';
import { describeTrouble } from '../../kafka/connection-trouble.js';
import type { KafkaProbes } from '../../kafka/ports.js';
import { type Finding, ok, problem, warning } from './finding.js';

const ANSWER_TIMEOUT_MS = 5_000;

/** Which release the brokers are, and whether it is enough. */
export async function inspectBrokers(
  { kafka, delivery }: Config,
  { askApiVersions }: KafkaProbes,
): Promise<Finding> {
  const { versions, troubles } = await askApiVersions(adminOptions({ kafka }), ANSWER_TIMEOUT_MS);
  const where = kafka.brokers.join(', ');
  if (versions.size === 0) {
    const none = `none of ${where} could be used within ${ANSWER_TIMEOUT_MS / 1000} s`;
    return problem(
      'brokers',
      troubles.length === 0
        ? `${none}. Check kafka.brokers and kafka.tls.`
        : `${none}: ${troubles.map(trouble => `${describeTrouble(trouble)}.`).join(' ')}`,
    );
  }
  const release = releaseOf(versions);
  const spoken = release === null ? 'older than Kafka 2.3' : `Kafka ${release} or newer`;
  if (!supportsExactlyOnce(versions)) {
    const text = `${where}: ${spoken}, told from the requests it understands`;
    return delivery === 'exactly_once'
      ? problem('brokers', `${text}. delivery: exactly_once needs Kafka 2.5 (KIP-447).`)
      : warning('brokers', text);
  }
  return ok('brokers', `${where}: ${spoken}, told from the requests it understands`);
}
