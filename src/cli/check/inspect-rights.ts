import type { Config } from '../../config/schema.js';
import { hasKeys } from '../../encodings/encoding.js';
import { encodingsOf } from '../../encodings/encodings-of.js';
import { Fatal } from '../../errors.js';
import { consumerOptions, limitProbeOptions, producerOptions } from '../../kafka/client-options.js';
import { SILENT } from '../../kafka/connection.js';
import { consumerGroup } from '../../kafka/consumer-group.js';
import { KafkaFailure } from '../../kafka/failure.js';
import { partitionName } from '../../kafka/names.js';
import { onceCoordinated } from '../../kafka/once-coordinated.js';
import type { Kafka, TopicPartition } from '../../kafka/ports.js';
import { workerName } from '../../kafka/worker-name.js';
import { ROW_KINDS } from '../../tables/columns.js';
import { routesOf } from '../../transform/route.js';
import { type Finding, ok, problem } from './finding.js';

/** A name that no worker has: taking a worker's own transactional id would end the transaction it has open. */
const PROBE_INSTANCE_ID = 'check';
const CONNECT = { events: SILENT, waitMaxMs: 1 };

/** Whether the login works and this user may use the consumer group, whose committed offsets are reported. */
export async function inspectGroup(
  config: Config,
  kafka: Kafka,
  listInputs: () => Promise<readonly TopicPartition[]>,
): Promise<Finding[]> {
  const group = consumerGroup(config);
  const consumer = await kafka.connectConsumer(consumerOptions(config, PROBE_INSTANCE_ID), {
    client: 'consumer',
    ...CONNECT,
  });
  try {
    const inputs = await listInputs();
    const answers = await onceCoordinated(() => consumer.committed(inputs), { transactions: 'fail' });
    const committed = answers.filter(({ offset }) => offset !== null);
    return [
      ok('login', loginOf(config)),
      ok(
        'group',
        committed.length === 0
          ? `${group}: new, will start at the ${config.consumer.auto_offset_reset} offset`
          : `${group}: goes on in ${committed.length} of ${inputs.length} partitions` +
              (inputs.length <= 8
                ? ` (${committed.map(at => `${partitionName(at)} at ${at.offset}`).join(', ')})`
                : ''),
      ),
    ];
  } catch (error) {
    if (!(error instanceof KafkaFailure)) throw error;
    return [
      ok('login', loginOf(config)),
      problem('group', `${group}: ${error.message}${groupAdvice(error)}`),
    ];
  } finally {
    await consumer.disconnect();
  }
}

/** Whether this user may write transactions, and as long ones as configured. */
export async function inspectTransactions(config: Config, kafka: Kafka): Promise<Finding[]> {
  if (config.delivery !== 'exactly_once' || config.dry_run) return [];
  const { transaction_timeout_ms } = config.producer;
  const producer = await kafka.connectProducer(producerOptions(config, PROBE_INSTANCE_ID), {
    client: 'producer',
    deliveryReports: false,
    ...CONNECT,
  });
  try {
    await producer.initTransactions();
    return [
      ok('transactions', `allowed, up to ${transaction_timeout_ms} ms (producer.transaction_timeout_ms)`),
    ];
  } catch (error) {
    if (!(error instanceof KafkaFailure)) throw error;
    return [problem('transactions', transactionProblem(config, error))];
  } finally {
    await producer.disconnect();
  }
}

function groupAdvice({ kind }: KafkaFailure): string {
  if (kind === 'denied') return '. Give this user the READ right on that group.';
  // The client goes on looking for a coordinator that it is not allowed to know.
  if (kind === 'indefinite') return '. It is also what happens without the READ right on that group.';
  return '';
}

function transactionProblem({ producer, consumer }: Config, { kind, message }: KafkaFailure): string {
  if (kind === 'transaction_timeout_too_long') {
    return `producer.transaction_timeout_ms (${producer.transaction_timeout_ms}) is more than the brokers allow (their transaction.max.timeout.ms)`;
  }
  if (kind !== 'denied') return message;
  const names = workerName(producer.transactional_id_prefix, consumer.group_id, '');
  return `${message}. Give this user the WRITE right on transactional ids that begin with ${names}`;
}

/**
 * Topics that keep one row per key. Asked in transactions that are aborted, so only where rows are written in transactions,
 * and silent where this user may not: `inspectTransactions` has said so.
 *
 * @param topics output topics that exist.
 */
export async function inspectCompaction(
  config: Config,
  kafka: Kafka,
  topics: readonly string[],
): Promise<Finding[]> {
  if (config.delivery !== 'exactly_once' || config.dry_run) return [];
  const options = { client: 'producer', ...CONNECT };
  try {
    const compacted = await kafka.findCompacted(
      limitProbeOptions(config, PROBE_INSTANCE_ID),
      topics,
      options,
    );
    const keyless = topicsWithoutKeys(config);
    return compacted.map(name => {
      const means = keyless.has(name)
        ? 'it takes no messages without a key, which those of encoding: native are'
        : 'of all rows with one key it keeps the last, and the others are lost';
      return problem(
        'output',
        `${name} is compacted (cleanup.policy): ${means}. Set cleanup.policy to delete`,
      );
    });
  } catch (error) {
    if (error instanceof KafkaFailure) return [];
    throw error;
  }
}

function topicsWithoutKeys(config: Config): Set<string> {
  const encodings = encodingsOf(config);
  const routes = routesOf(config);
  const kinds = ROW_KINDS.filter(kind => !hasKeys(encodings[kind]));
  return new Set(kinds.map(kind => routes[kind].topic));
}

/** A connection that cannot be made is a finding too. */
export async function orProblem(subject: string, inspect: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await inspect();
  } catch (error) {
    if (error instanceof Fatal || error instanceof KafkaFailure) return [problem(subject, error.message)];
    throw error;
  }
}

function loginOf({ kafka: { tls, auth } }: Config): string {
  const { mechanism, username } = auth.sasl;
  const user = mechanism === null ? 'anonymous' : `${mechanism}${username === null ? '' : ` as ${username}`}`;
  return `${user}, ${tls.enabled ? 'encrypted (TLS)' : 'not encrypted'}`;
}
