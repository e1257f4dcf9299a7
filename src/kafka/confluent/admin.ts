import { ERRORS } from '../error-codes.js';
import { KafkaFailure } from '../failure.js';
import { partitionName } from '../names.js';
import type { KafkaAdmin, Place, TopicInfo } from '../ports.js';
import { promised, toFailure } from './classify.js';
import {
  type ClientProperties,
  type NativeGroup,
  type NativeOffset,
  type NativeTopic,
  newAdmin,
} from './native.js';

const CALL_TIMEOUT_MS = 10_000;

/** The operations a broker can name, by librdkafka's numbers (rd_kafka_AclOperation_t). */
const OPERATION_NAMES: Record<number, string> = {
  3: 'read',
  4: 'write',
  5: 'create',
  6: 'delete',
  7: 'alter',
  8: 'describe',
  9: 'cluster_action',
  10: 'describe_configs',
  11: 'alter_configs',
  12: 'idempotent_write',
};

/** States of a group that has members, by librdkafka's numbers (rd_kafka_consumer_group_state_t). */
const WITH_MEMBERS: ReadonlySet<number> = new Set([
  1, // preparing a rebalance
  2, // completing one
  3, // stable
  6, // assigning
  7, // reconciling
]);

/** Makes an admin client. It connects by itself when first asked. */
export function connectAdmin(properties: ClientProperties): KafkaAdmin {
  const native = newAdmin(properties);
  return {
    topicNames: () =>
      promised<string[]>('list topics', done => native.listTopics({ timeout: CALL_TIMEOUT_MS }, done)),
    describeTopic: async topic => {
      try {
        const [info] = await promised<NativeTopic[]>(`describe topic ${topic}`, done =>
          native.describeTopics(
            [topic],
            { timeout: CALL_TIMEOUT_MS, includeAuthorizedOperations: true },
            done,
          ),
        );
        return info ? toTopicInfo(info) : null;
      } catch (error) {
        if (error instanceof KafkaFailure && error.kind === 'unknown_topic') return null;
        throw error;
      }
    },
    createTopic: async ({ topic, partitions, replicationFactor, config }) => {
      try {
        await promised(`create topic ${topic}`, done =>
          native.createTopic(
            { topic, num_partitions: partitions, replication_factor: replicationFactor, config },
            CALL_TIMEOUT_MS,
            done,
          ),
        );
        return true;
      } catch (error) {
        if (error instanceof KafkaFailure && error.code === ERRORS.ERR_TOPIC_ALREADY_EXISTS) return false;
        throw error;
      }
    },
    offsetsAt: async (place, partitions) => {
      if (partitions.length === 0) return [];
      const { timestamp, isolationLevel } = toQuery(place);
      const call = 'ask for offsets';
      const found = await promised<NativeOffset[]>(call, done =>
        native.listOffsets(
          partitions.map(({ topic, partition }) => ({ topic, partition, offset: { timestamp } })),
          { timeout: CALL_TIMEOUT_MS, isolationLevel },
          done,
        ),
      );
      return found.map(({ topic, partition, offset, error }) => {
        if (error && error.code !== 0)
          throw toFailure(`${call} of ${partitionName({ topic, partition })}`, error);
        return { topic, partition, offset: offset < 0 ? null : offset };
      });
    },
    hasMembers: async group => {
      const { groups } = await promised<{ groups: NativeGroup[] }>('list groups', done =>
        native.listGroups({ timeout: CALL_TIMEOUT_MS }, done),
      );
      return groups.some(({ groupId, state }) => groupId === group && WITH_MEMBERS.has(state));
    },
    disconnect: () => native.disconnect(),
  };
}

/**
 * How the ListOffsets request of Kafka's protocol says it.
 *
 * Times are looked up read uncommitted: read committed, a time whose first record lies behind a transaction that is still
 * open has the same answer as one that no record is as new as.
 */
function toQuery(place: Place): { timestamp: number; isolationLevel: 0 | 1 } {
  if (typeof place === 'object') return { timestamp: place.sinceMs, isolationLevel: 0 };
  return {
    timestamp: place === 'earliest' ? -2 : -1,
    isolationLevel: place === 'stable_end' ? 1 : 0,
  };
}

function toTopicInfo(native: NativeTopic): TopicInfo | null {
  const code = native.error?.code ?? 0;
  if (code === ERRORS.ERR_UNKNOWN_TOPIC_OR_PART) return null;
  if (code !== 0) {
    const denied = code === ERRORS.ERR_TOPIC_AUTHORIZATION_FAILED;
    throw new KafkaFailure(
      denied ? 'denied' : 'other',
      `describe topic ${native.name}`,
      native.error?.message ?? '',
      code,
    );
  }
  return {
    topic: native.name,
    partitions: native.partitions.map(({ partition, leader, replicas, isr }) => ({
      partition,
      leader: leader?.id ?? -1,
      replicas: replicas.length,
      inSyncReplicas: isr.length,
    })),
    allowed:
      native.authorizedOperations?.map(operation => OPERATION_NAMES[operation] ?? String(operation)) ?? null,
  };
}
