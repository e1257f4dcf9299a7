import type { CommittedOffset, TopicPartition } from '../ports.js';
import { promised, toFailure } from './classify.js';
import type { CommittedAnswer, NativeConsumer, NativeError } from './native.js';

const CALL_TIMEOUT_MS = 10_000;

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
    if (!('topic' in answer)) throw toFailure(call, answer);
    const { topic, partition, offset, metadata } = answer;
    return {
      topic,
      partition,
      offset: offset !== undefined && offset >= 0 ? offset : null,
      ...(metadata ? { metadata } : {}),
    };
  });
}
