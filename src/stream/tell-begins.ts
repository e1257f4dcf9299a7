import { KafkaFailure } from '../kafka/failure.js';
import type { InputConsumer, NextOffset, TopicPartition } from '../kafka/ports.js';
import type { Events } from '../observe/events.js';

/**
 * Says of partitions that were just assigned where the group has no committed offset although there are records: with
 * `earliest` they become rows, once more if the group has run before and its offsets have expired since.
 *
 * Only tells, and passes on the offsets that there are; where reading begins is the client's business. It fails for nobody: brokers that do not answer, and rights that
 * are missing, end a worker elsewhere.
 */
export async function tellBegins(
  consumer: Pick<InputConsumer, 'committed' | 'askRange'>,
  partitions: readonly TopicPartition[],
  begins: { begin(at: NextOffset): void },
  events: Pick<Events, 'offsetsMissing'>,
): Promise<void> {
  try {
    const none = new Map<string, { partitions: number[]; records: number }>();
    const known = new Map<string, number>();
    for (const { topic, partition, offset } of await consumer.committed(partitions)) {
      if (offset !== null) {
        begins.begin({ topic, partition, offset });
        known.set(topic, (known.get(topic) ?? 0) + 1);
        continue;
      }
      const { low, high } = await consumer.askRange({ topic, partition });
      if (high <= low) continue;
      const found = none.get(topic) ?? { partitions: [], records: 0 };
      found.partitions.push(partition);
      found.records += high - low;
      none.set(topic, found);
    }
    for (const [topic, found] of none)
      events.offsetsMissing({ topic, ...found, othersKnown: known.get(topic) ?? 0 });
  } catch (error) {
    if (!(error instanceof KafkaFailure)) throw error;
  }
}
