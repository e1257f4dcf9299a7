import { inputFinder } from '../../config/inputs.js';
import type { Config } from '../../config/schema.js';
import type { KafkaAdmin, TopicInfo, TopicReader } from '../../kafka/ports.js';
import { loadTransform } from '../../load-transform.js';
import { describeLooks } from './describe-looks.js';
import { describeSteps } from './describe-steps.js';
import { type Finding, ok, warning } from './finding.js';
import { type Look, lookAtRecord } from './look-at-record.js';
import { sampleInputs } from './sample-inputs.js';

const TIME_MS = 10_000;

/**
 * What the records of the inputs are: a few are read and transformed as a worker would. A topic that holds another signal
 * than is configured looks well otherwise, until all of it is in the dead-letter topic.
 *
 * @param topics those that can be read.
 */
export async function inspectRecords(
  admin: Pick<KafkaAdmin, 'offsetsAt'>,
  reader: TopicReader,
  config: Config,
  topics: readonly TopicInfo[],
): Promise<Finding[]> {
  const inputOf = inputFinder(config.inputs);
  const parts = {
    transform: await loadTransform(config, 'until_next_call'),
    recordBytesMax: config.limits.max_record_bytes,
  };
  const looks = new Map<string, Look[]>(topics.map(({ topic }) => [topic, []]));
  const partitions = topics.flatMap(({ topic, partitions }) =>
    // Of one without a leader nothing can be read, which was told before.
    partitions.filter(({ leader }) => leader >= 0).map(({ partition }) => ({ topic, partition })),
  );
  const { hasOffsets, complete } = await sampleInputs(
    admin,
    reader,
    partitions,
    async record => {
      looks.get(record.topic)?.push(await lookAtRecord(record, inputOf(record.topic), parts));
    },
    TIME_MS,
  );
  const records = [...looks].flatMap(([topic, seen]) => {
    if (seen.length > 0) return describeLooks(topic, seen);
    if (!hasOffsets.has(topic)) return [ok('records', `${topic}: none there now`)];
    return [
      complete
        ? ok('records', `${topic}: none where it was looked: at the beginning and the end of some partitions`)
        : warning('records', `${topic}: none could be read within ${TIME_MS / 1000} s`),
    ];
  });
  return [...records, ...describeSteps([...looks.values()].flat())];
}
