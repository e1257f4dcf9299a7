import RdKafka from '@confluentinc/kafka-javascript';
import { describe, expect, test } from 'vitest';
import { classify, promised, toFailure } from '../../../src/kafka/confluent/classify.js';
import type { NativeError } from '../../../src/kafka/confluent/native.js';
import type { FailureKind } from '../../../src/kafka/failure.js';
import { KafkaFailure } from '../../../src/kafka/failure.js';

const { ERRORS } = RdKafka.CODES;

const error = (code: number, flags: Partial<NativeError> = {}): NativeError => ({
  message: 'Broker: something',
  code,
  ...flags,
});

const { ERR_UNKNOWN: UNKNOWN } = ERRORS;

describe('classify', () => {
  test.each<[keyof typeof ERRORS, FailureKind]>([
    ['ERR__AUTHENTICATION', 'denied'],
    ['ERR_SASL_AUTHENTICATION_FAILED', 'denied'],
    ['ERR_TOPIC_AUTHORIZATION_FAILED', 'denied'],
    ['ERR_GROUP_AUTHORIZATION_FAILED', 'denied'],
    ['ERR_CLUSTER_AUTHORIZATION_FAILED', 'denied'],
    ['ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'denied'],
    ['ERR_INVALID_TRANSACTION_TIMEOUT', 'transaction_timeout_too_long'],
    ['ERR__FENCED', 'fenced'],
    ['ERR__FATAL', 'fenced'],
    ['ERR_PRODUCER_FENCED', 'fenced'],
    ['ERR_INVALID_PRODUCER_EPOCH', 'fenced'],
    ['ERR_INVALID_TXN_STATE', 'fenced'],
    ['ERR_TRANSACTION_COORDINATOR_FENCED', 'fenced'],
    ['ERR_MSG_SIZE_TOO_LARGE', 'too_large'],
    ['ERR__STATE', 'transaction_failed'],
    ['ERR_UNKNOWN_TOPIC_OR_PART', 'unknown_topic'],
    ['ERR__UNKNOWN_TOPIC', 'unknown_topic'],
    ['ERR__UNKNOWN_PARTITION', 'unknown_topic'],
    ['ERR__TIMED_OUT', 'indefinite'],
    ['ERR__TIMED_OUT_QUEUE', 'indefinite'],
    ['ERR__DESTROY_BROKER', 'indefinite'],
    ['ERR_COORDINATOR_LOAD_IN_PROGRESS', 'retriable'],
    ['ERR_COORDINATOR_NOT_AVAILABLE', 'retriable'],
    ['ERR_NOT_COORDINATOR', 'retriable'],
    ['ERR__TRANSPORT', 'other'],
  ])('%s is %s', (name, kind) => {
    expect(classify(error(ERRORS[name]))).toBe(kind);
  });

  test.each<[string, Partial<NativeError>, FailureKind]>([
    ['fatal', { isFatal: true }, 'fenced'],
    ['asking for an abort', { isTxnRequiresAbort: true }, 'abortable'],
    ['retriable', { isRetriable: true }, 'retriable'],
    ['retriable and asking for an abort', { isRetriable: true, isTxnRequiresAbort: true }, 'abortable'],
    ['fatal and asking for an abort', { isFatal: true, isTxnRequiresAbort: true }, 'fenced'],
    ['none of these', {}, 'other'],
  ])('an error that is %s', (_, flags, kind) => {
    expect(classify(error(UNKNOWN, flags))).toBe(kind);
  });

  test('a member that the group does not know any more can do the batch again', () => {
    for (const code of [ERRORS.ERR_ILLEGAL_GENERATION, ERRORS.ERR_UNKNOWN_MEMBER_ID]) {
      expect(classify(error(code, { isTxnRequiresAbort: true }))).toBe('abortable');
    }
  });

  test('a commit that timed out may have been carried out, also when the client asks for an abort', () => {
    expect(classify(error(ERRORS.ERR__TIMED_OUT, { isTxnRequiresAbort: true, isRetriable: true }))).toBe(
      'indefinite',
    );
  });

  test('rights that are missing stay missing, whatever else the client says', () => {
    const flags = { isFatal: true, isTxnRequiresAbort: true, isRetriable: true };
    expect(classify(error(ERRORS.ERR_TOPIC_AUTHORIZATION_FAILED, flags))).toBe('denied');
  });

  test('a message that the topic refused spoils its transaction; one that the client refused does not', () => {
    expect(classify(error(ERRORS.ERR_MSG_SIZE_TOO_LARGE))).toBe('too_large');
    expect(classify(error(ERRORS.ERR_MSG_SIZE_TOO_LARGE, { isTxnRequiresAbort: true }))).toBe(
      'batch_refused',
    );
  });
});

test('a failure says which call failed and what the client said, and keeps its code', () => {
  const failure = toFailure('commit the transaction', error(ERRORS.ERR_PRODUCER_FENCED));
  expect(failure.message).toBe('commit the transaction: Broker: something');
  expect(failure).toMatchObject({ kind: 'fenced', code: ERRORS.ERR_PRODUCER_FENCED });
});

test('a batch that cannot be decompressed is told with what to do', () => {
  const { message } = toFailure('fetch records', error(ERRORS.ERR__BAD_COMPRESSION));
  expect(message).toMatch(/receive\.message\.max\.bytes.*kafka\.custom\.consumer/);
});

describe('promised', () => {
  test.each([null, undefined])('resolves with the value when the error is %s', async none => {
    expect(await promised<string>('ask', done => done(none, 'answer'))).toBe('answer');
  });

  test('rejects with a failure when the client calls back with an error', async () => {
    const failed = promised('ask', done => done(error(ERRORS.ERR__TIMED_OUT)));
    await expect(failed).rejects.toBeInstanceOf(KafkaFailure);
    await expect(failed).rejects.toMatchObject({ kind: 'indefinite', message: 'ask: Broker: something' });
  });

  test('rejects with a failure when the client throws instead of calling back', async () => {
    const failed = promised('ask', () => {
      throw error(ERRORS.ERR__FATAL);
    });
    await expect(failed).rejects.toBeInstanceOf(KafkaFailure);
  });
});
