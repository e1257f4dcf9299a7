import type { InputRecord, NextOffset, TopicReader } from '../../kafka/ports.js';

const POLL_TIMEOUT_MS = 200;
const WAIT_MAX_MS = 10_000;

/** One record by its coordinates; `null` when it is gone, or was never committed. */
export async function readRecord(reader: TopicReader, at: NextOffset): Promise<InputRecord | null> {
  const deadline = performance.now() + WAIT_MAX_MS;
  const here = ({ topic, partition }: NextOffset) => topic === at.topic && partition === at.partition;
  reader.assign([{ topic: at.topic, partition: at.partition, offset: at.offset }]);
  while (performance.now() < deadline) {
    const { records, ends } = await reader.poll(1, POLL_TIMEOUT_MS);
    const first = records.find(here);
    if (first) return first.offset === at.offset ? first : null;
    if (ends.some(here)) return null;
  }
  return null;
}
