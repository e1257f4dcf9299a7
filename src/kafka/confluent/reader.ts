import type { ConnectOptions } from '../connection.js';
import { KafkaFailure } from '../failure.js';
import { partitionName } from '../names.js';
import type { NextOffset, TopicPartition, TopicReader } from '../ports.js';
import { promised } from './classify.js';
import { committedOffsets } from './committed-offsets.js';
import { connectAndWait } from './connect.js';
import { toRecord } from './consumer.js';
import { type ClientProperties, type NativeMessage, newConsumer } from './native.js';

/** Makes a reader and waits until a broker answers. @param properties those of `readerOptions`. */
export async function connectReader(
  properties: ClientProperties,
  options: ConnectOptions,
): Promise<TopicReader> {
  const native = await connectAndWait(() => newConsumer(properties), options);
  native.setDefaultIsTimeoutOnlyForFirstMessage(true);

  /** Where reading goes on, by partition. */
  const positions = new Map<string, NextOffset>();
  let ends: NextOffset[] = [];
  let paused: TopicPartition[] = [];
  const advance = (at: NextOffset) => {
    // Not of what was released, and never back.
    const before = positions.get(partitionName(at));
    if (before && before.offset < at.offset) positions.set(partitionName(at), at);
  };
  native.on('partition.eof', ({ topic, partition, offset }) => {
    advance({ topic, partition, offset });
    ends.push({ topic, partition, offset });
  });

  return {
    assign: wanted => {
      positions.clear();
      for (const position of wanted) positions.set(partitionName(position), position);
      native.assign(wanted);
      // A new assignment does not end the pause of a partition.
      native.resume(paused.filter(partition => positions.has(partitionName(partition))));
      paused = paused.filter(partition => !positions.has(partitionName(partition)));
    },
    poll: async (recordsMax, timeoutMs) => {
      ends = [];
      native.setDefaultConsumeTimeout(timeoutMs);
      try {
        const messages = await promised<NativeMessage[]>('fetch records', done =>
          native.consume(recordsMax, done),
        );
        const records = messages.map(toRecord);
        for (const [index, { topic, partition, offset }] of records.entries()) {
          // The last of each run of a partition says it all, and the names of partitions take time to make.
          const next = records[index + 1];
          if (next?.partition === partition && next.topic === topic) continue;
          advance({ topic, partition, offset: offset + 1 });
        }
        return { records, ends };
      } catch (error) {
        if (!(error instanceof KafkaFailure && error.kind === 'retriable')) throw error;
        // Brokers that have just started know no coordinator yet, which the client asks for without need. It drops the
        // ends of partitions that it held when it met the error, and tells each only once: so it must find them again.
        native.assign([...positions.values()]);
        return { records: [], ends: [] };
      }
    },
    release: partitions => {
      for (const partition of partitions) positions.delete(partitionName(partition));
      native.pause(partitions);
      paused.push(...partitions);
    },
    committed: partitions => committedOffsets(native, partitions),
    disconnect: () => promised('close the reader', done => native.disconnect(done)),
  };
}
