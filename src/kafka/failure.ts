/** What a failed Kafka call means for the one who made it. */
export type FailureKind =
  /** The same call may be made again, or will be by the client itself. */
  | 'retriable'
  /** The transaction must be aborted; the producer stays usable. */
  | 'abortable'
  /** The producer's state is lost or taken over: only a new producer helps. */
  | 'fenced'
  /** The group still holds this static member's name for one whose session has not ended. It will be free after that. */
  | 'name_in_use'
  /** Whether the call took effect is unknown: only a new producer makes it known. */
  | 'indefinite'
  /** Credentials or rights are wrong: trying again changes nothing until someone changes them. */
  | 'denied'
  /** The message is larger than the producer takes. */
  | 'too_large'
  /** A broker took a whole batch of messages for larger than its topic takes: its transaction must be aborted. */
  | 'batch_refused'
  /** The running transaction has failed before; only its end tells why. */
  | 'transaction_failed'
  /** The topic or partition does not exist. */
  | 'unknown_topic'
  /** The topic cannot be created with so many replicas: there are not as many brokers. */
  | 'too_few_brokers'
  /** The broker does not allow transactions as long as `producer.transaction_timeout_ms`. */
  | 'transaction_timeout_too_long'
  /** The group has members, so nobody else may set its offsets. */
  | 'group_active'
  /** None of these. */
  | 'other';

/** A Kafka call that failed: which call, what the client said, and what it means. */
export class KafkaFailure extends Error {
  override readonly name = 'KafkaFailure';
  readonly kind: FailureKind;
  /** librdkafka's error code: negative ones are the client's, positive ones the broker's. */
  readonly code: number;

  constructor(kind: FailureKind, call: string, problem: string, code: number) {
    super(`${call}: ${problem}`);
    this.kind = kind;
    this.code = code;
  }
}
