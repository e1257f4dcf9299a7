import { ERRORS } from '../error-codes.js';
import { type FailureKind, KafkaFailure } from '../failure.js';
import type { NativeError } from './native.js';

const FENCED: ReadonlySet<number> = new Set([
  // The client's word for "never again", told once. To a consumer it comes without the flag and without the cause, which
  // is that another static member took its name.
  ERRORS.ERR__FATAL,
  ERRORS.ERR__FENCED,
  ERRORS.ERR_PRODUCER_FENCED,
  ERRORS.ERR_INVALID_PRODUCER_EPOCH,
  ERRORS.ERR_INVALID_TXN_STATE,
  ERRORS.ERR_TRANSACTION_COORDINATOR_FENCED,
]);

const DENIED: ReadonlySet<number> = new Set([
  ERRORS.ERR__AUTHENTICATION,
  ERRORS.ERR_SASL_AUTHENTICATION_FAILED,
  ERRORS.ERR_TOPIC_AUTHORIZATION_FAILED,
  ERRORS.ERR_GROUP_AUTHORIZATION_FAILED,
  ERRORS.ERR_CLUSTER_AUTHORIZATION_FAILED,
  ERRORS.ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
]);

const INDEFINITE: ReadonlySet<number> = new Set([
  ERRORS.ERR__TIMED_OUT,
  ERRORS.ERR__TIMED_OUT_QUEUE,
  // The broker that had the request has vanished from the cluster. The client asks for an abort, but it goes on taking
  // that broker for the group's coordinator, so the next transaction would wait for it.
  ERRORS.ERR__DESTROY_BROKER,
]);

const UNKNOWN_TOPIC: ReadonlySet<number> = new Set([
  ERRORS.ERR_UNKNOWN_TOPIC_OR_PART,
  ERRORS.ERR__UNKNOWN_TOPIC,
  ERRORS.ERR__UNKNOWN_PARTITION,
]);

/** A coordinator that is starting or has moved. The client finds the right one by itself, but not for the call that met it. */
const PASSING: ReadonlySet<number> = new Set([
  ERRORS.ERR_COORDINATOR_LOAD_IN_PROGRESS,
  ERRORS.ERR_COORDINATOR_NOT_AVAILABLE,
  ERRORS.ERR_NOT_COORDINATOR,
]);

/** Larger than `max.message.bytes` of the topic, or than one of its log segments. */
export const TOO_LARGE: ReadonlySet<number> = new Set([
  ERRORS.ERR_MSG_SIZE_TOO_LARGE,
  ERRORS.ERR_RECORD_LIST_TOO_LARGE,
]);

/**
 * Reads what an error of the client means. The flags must be taken from the native error: the client's promise layer
 * looks for differently named ones and so reports every error as neither fatal nor retriable nor abortable.
 */
export function classify(error: NativeError): FailureKind {
  if (DENIED.has(error.code)) return 'denied';
  if (error.code === ERRORS.ERR_INVALID_REPLICATION_FACTOR) return 'too_few_brokers';
  if (error.code === ERRORS.ERR_INVALID_TRANSACTION_TIMEOUT) return 'transaction_timeout_too_long';
  if (error.isFatal || FENCED.has(error.code)) return 'fenced';
  // Told of one message when it is handed over, else of a batch that a broker has refused.
  if (TOO_LARGE.has(error.code)) return error.isTxnRequiresAbort ? 'batch_refused' : 'too_large';
  if (error.code === ERRORS.ERR__STATE) return 'transaction_failed';
  if (UNKNOWN_TOPIC.has(error.code)) return 'unknown_topic';
  // Before the abortable ones: a commit that timed out also asks for an abort, but may have been carried out.
  if (INDEFINITE.has(error.code)) return 'indefinite';
  if (error.isTxnRequiresAbort) return 'abortable';
  if (error.isRetriable || PASSING.has(error.code)) return 'retriable';
  return 'other';
}

/** The client does not tell which one. */
const UNREADABLE_BATCH =
  ' (a batch in one of the inputs is damaged, or decompresses to more than receive.message.max.bytes: raise that under ' +
  'kafka.custom.consumer, or set the offset of the consumer group past the batch)';

/** @param call the client's call in a user's words, such as `commit the transaction`. */
export function toFailure(call: string, error: NativeError): KafkaFailure {
  const hint = error.code === ERRORS.ERR__BAD_COMPRESSION ? UNREADABLE_BATCH : '';
  return new KafkaFailure(classify(error), call, `${error.message}${hint}`, error.code);
}

/** Runs a callback-style call of the client as a promise that fails with a `KafkaFailure`. */
export function promised<T>(
  call: string,
  run: (done: (error: NativeError | null | undefined, value?: T) => void) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const done = (error: NativeError | null | undefined, value?: T) =>
      error ? reject(toFailure(call, error)) : resolve(value as T);
    try {
      run(done);
    } catch (error) {
      reject(toFailure(call, error as NativeError));
    }
  });
}
