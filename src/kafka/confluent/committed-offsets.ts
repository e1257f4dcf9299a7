import { ERRORS } from '../error-codes.js';
import type { CommittedOffset, TopicPartition } from '../ports.js';
import { promised, toFailure } from './classify.js';
import type { CommittedAnswer, NativeConsumer, NativeError } from './native.js';

const CALL_TIMEOUT_MS = 10_000;

/** What the client says in the place of a partition: an error without a code, only its text. */
const CODES: ReadonlyMap<string, number> = new Map([
  ['Broker: Unknown topic or partition', ERRORS.ERR_UNKNOWN_TOPIC_OR_PART],
  ['Broker: Coordinator load in progress', ERRORS.ERR_COORDINATOR_LOAD_IN_PROGRESS],
  ['Broker: Coordinator not available', ERRORS.ERR_COORDINATOR_NOT_AVAILABLE],
  ['Broker: Not coordinator', ERRORS.ERR_NOT_COORDINATOR],
  ['Broker: Topic authorization failed', ERRORS.ERR_TOPIC_AUTHORIZATION_FAILED],
  ['Broker: Group authorization failed', ERRORS.ERR_GROUP_AUTHORIZATION_FAILED],
]);

/**
 * Asks the group's coordinator for committed offsets; a consumer that is read committed gets them once no transaction is
 * pending on them.
 *
 * @throws KafkaFailure also when the answer is missing for one partition only.
 */
export async function committedOffsets(
  native: NativeConsumer,
  partitions: readonly TopicPartition[],
): Promise<CommittedOffset[]> {
  const call = 'ask for committed offsets';
  const answers = await promised<(CommittedAnswer | NativeError)[]>(call, done =>
    native.committed(partitions, CALL_TIMEOUT_MS, done),
  );
  return answers.map(answer => {
    // The call has worked, and an error stands in the place of a partition. Taken for "none committed yet", it would have
    // records processed a second time.
    if (!('topic' in answer)) {
      const { message } = answer;
      throw toFailure(call, { message, code: answer.code ?? CODES.get(message) ?? ERRORS.ERR_UNKNOWN });
    }
    const { topic, partition, offset, metadata } = answer;
    return {
      topic,
      partition,
      offset: offset !== undefined && offset >= 0 ? offset : null,
      ...(metadata ? { metadata } : {}),
    };
  });
}
