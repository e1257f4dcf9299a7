import { ERRORS } from '../../kafka/error-codes.js';
import { KafkaFailure } from '../../kafka/failure.js';
import { recordName } from '../../kafka/names.js';
import type { InputRecord, KafkaAdmin, NextOffset, TopicReader } from '../../kafka/ports.js';

const POLL_TIMEOUT_MS = 200;
const WAIT_MAX_MS = 10_000;

/**
 * One record by its coordinates; `null` when it is gone, or was never committed.
 *
 * @throws KafkaFailure when nobody tells within `waitMaxMs`: brokers that are away have deleted nothing.
 */
export async function readRecord(
  admin: Pick<KafkaAdmin, 'describeTopic'>,
  reader: Pick<TopicReader, 'assign' | 'poll'>,
  at: NextOffset,
  waitMaxMs = WAIT_MAX_MS,
): Promise<InputRecord | null> {
  const deadline = performance.now() + waitMaxMs;
  // The client itself waits for half a minute until it takes a topic for deleted.
  const topic = await admin.describeTopic(at.topic);
  if (!topic?.partitions.some(({ partition }) => partition === at.partition)) return null;
  const here = ({ topic, partition }: NextOffset) => topic === at.topic && partition === at.partition;
  reader.assign([{ topic: at.topic, partition: at.partition, offset: at.offset }]);
  while (performance.now() < deadline) {
    const { records, ends } = await reader.poll(1, POLL_TIMEOUT_MS);
    const first = records.find(here);
    if (first) return first.offset === at.offset ? first : null;
    if (ends.some(here)) return null;
  }
  throw new KafkaFailure(
    'indefinite',
    `read ${recordName(at)}`,
    `no answer within ${waitMaxMs / 1000} s`,
    ERRORS.ERR__TIMED_OUT,
  );
}
