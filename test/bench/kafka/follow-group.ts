import confluent from '@confluentinc/kafka-javascript';

const CONNECT_TIMEOUT_MS = 30_000;
const LOOK_TIMEOUT_MS = 5_000;

/** Sees how far a consumer group has come, from outside. */
export interface GroupProgress {
  /** Records of the topic that the group has committed. */
  committedRecords(): Promise<number>;
  close(): Promise<void>;
}

export async function followGroup(
  brokers: string,
  group: string,
  topic: string,
  partitions: number,
): Promise<GroupProgress> {
  // It only asks under the group's name, and never joins.
  const consumer = new confluent.RdKafka.KafkaConsumer(
    {
      'bootstrap.servers': brokers,
      'group.id': group,
      'enable.auto.commit': false,
      // Committed offsets otherwise wait for the transaction that is open on them.
      'isolation.level': 'read_uncommitted',
    },
    {},
  );
  consumer.on('event.error', () => undefined); // A coordinator that is not there yet: asked again.
  await new Promise<void>((resolve, reject) => {
    consumer.connect({ timeout: CONNECT_TIMEOUT_MS }, error => (error ? reject(error) : resolve()));
  });
  const asked = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }));
  let newest = 0;
  return {
    committedRecords: () =>
      new Promise(resolve => {
        consumer.committed(asked, LOOK_TIMEOUT_MS, (error, offsets) => {
          if (!error) {
            const sum = offsets.reduce((total, { offset }) => total + Math.max(0, offset ?? 0), 0);
            newest = Math.max(newest, sum);
          }
          resolve(newest);
        });
      }),
    close: () => new Promise(resolve => consumer.disconnect(() => resolve())),
  };
}
