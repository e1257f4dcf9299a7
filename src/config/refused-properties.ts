export interface Refusal {
  because: string;
  /** Refused only with this delivery; with either when not given. */
  only?: 'exactly_once';
}

const ownSetting = (path: string, because = ''): Refusal => ({ because: `set ${path} instead${because}` });
const offsetsAreOurs: Refusal = {
  because:
    'the client would commit offsets of records whose rows are not written yet, and a crash would lose them',
};

/** Properties that would break what otelrows promises, or that a setting decides which other parts rely on. */
const REFUSED: Record<'consumer' | 'producer', Record<string, Refusal>> = {
  consumer: {
    'bootstrap.servers': ownSetting('kafka.brokers'),
    'metadata.broker.list': ownSetting('kafka.brokers'),
    'group.id': ownSetting('consumer.group_id', ': the transactional id is made from it'),
    'group.instance.id': ownSetting('consumer.instance_id and consumer.static_membership'),
    'partition.assignment.strategy': ownSetting(
      'consumer.partition_assignment_strategy',
      ': how partitions are given up depends on it',
    ),
    'group.protocol': ownSetting('consumer.group_protocol', ': other properties depend on it'),
    'auto.offset.reset': ownSetting('consumer.auto_offset_reset'),
    'enable.auto.commit': offsetsAreOurs,
    'auto.commit.enable': offsetsAreOurs,
    'enable.auto.offset.store': offsetsAreOurs,
    'offset.store.method': offsetsAreOurs,
    'isolation.level': {
      only: 'exactly_once',
      because:
        'the consumer must be read_committed: otherwise it reads rows of aborted transactions, and starts from offsets whose transaction may still be aborted',
    },
  },
  producer: {
    'bootstrap.servers': ownSetting('kafka.brokers'),
    'metadata.broker.list': ownSetting('kafka.brokers'),
    'transactional.id': ownSetting(
      'producer.transactional_id_prefix',
      ': two workers with one transactional id fence each other',
    ),
    'transaction.timeout.ms': ownSetting(
      'producer.transaction_timeout_ms',
      ': the message timeout is derived from it',
    ),
    'message.timeout.ms': ownSetting('producer.message_timeout_ms'),
    'delivery.timeout.ms': ownSetting('producer.message_timeout_ms'),
    acks: ownSetting('producer.required_acks'),
    'request.required.acks': ownSetting('producer.required_acks'),
    'enable.idempotence': {
      only: 'exactly_once',
      because: 'transactions need it on, and it is: without it a retry writes rows twice',
    },
    'queuing.strategy': {
      only: 'exactly_once',
      because: 'transactions need first in, first out: otherwise rows lose their order',
    },
    'delivery.report.only.error': {
      because: 'which delivery reports are wanted follows from delivery',
    },
  },
};

/** Why a property may not be set under `kafka.custom`; `null` when it may. */
export function refusalOf(side: 'consumer' | 'producer', name: string): Refusal | null {
  if (name.endsWith('_cb')) return { because: 'callbacks are code, which a config cannot hold' };
  return Object.hasOwn(REFUSED[side], name) ? (REFUSED[side][name] ?? null) : null;
}

/** Which are refused, for the reference: with either delivery, and with `exactly_once` only. */
export function refusedProperties(side: 'consumer' | 'producer'): {
  always: string[];
  exactlyOnce: string[];
} {
  const named = Object.entries<Refusal>(REFUSED[side]);
  const names = (exactlyOnce: boolean) =>
    named.filter(([, { only }]) => (only === 'exactly_once') === exactlyOnce).map(([name]) => name);
  return { always: names(false), exactlyOnce: names(true) };
}
