export type Properties = Record<string, string | number | boolean>;

/** A listener beside the plain one that every broker has. */
export interface ExtraListener {
  /** Its name in other properties, for example `listener.name.sasl_plaintext.plain.sasl.jaas.config`. */
  name: string;
  /** Default: the name. */
  protocol?: 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL';
  /** The ports that clients are told, by broker, when something stands between: a proxy. Default: the listener's own. */
  advertisedPorts?: readonly number[];
}

/**
 * Settings that make a broker of one user on one machine answer at once: few internal partitions, each kept as often
 * as there are brokers, no waiting for more group members at the first join, and not 45 s for one that was killed.
 */
export function smallClusterProperties(brokerCount: number): Properties {
  return {
    'offsets.topic.replication.factor': brokerCount,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': brokerCount,
    'transaction.state.log.min.isr': Math.min(brokerCount, 2),
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': brokerCount,
    'share.coordinator.state.topic.min.isr': Math.min(brokerCount, 2),
    'default.replication.factor': brokerCount,
    'group.initial.rebalance.delay.ms': 0,
    'group.consumer.min.session.timeout.ms': 6000,
    'group.consumer.session.timeout.ms': 6000,
    'group.consumer.min.heartbeat.interval.ms': 1000,
    'group.consumer.heartbeat.interval.ms': 1000,
    // The default of 128 MiB is a quarter of the heap we give.
    'log.cleaner.dedupe.buffer.size': 8 * 1024 * 1024,
  };
}

/** The text of a `server.properties` file. */
export function propertiesText(properties: Properties): string {
  // A backslash and a line break would be read as escapes and as the end of the value.
  const escaped = (value: string) => value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${escaped(String(value))}\n`)
    .join('');
}
