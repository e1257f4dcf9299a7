import type { ConnectOptions } from '../connection.js';
import { ERRORS } from '../error-codes.js';
import { promised, toFailure } from './classify.js';
import { connectAndWait } from './connect.js';
import { type ClientProperties, type NativeError, newProducer } from './native.js';

const UNTIL_TRANSACTION_TIMEOUT = -1;
const CLOSE_TIMEOUT_MS = 1_000;
const POLL_INTERVAL_MS = 5;

/** Marks what is tried with, for whoever reads uncommitted messages. */
const HEADER = { 'otelrows.compaction_probe': Buffer.alloc(0) };

/**
 * Finds the topics that are compacted (`cleanup.policy`), which the client cannot ask for: brokers refuse a message without
 * a key there, and nowhere else. One is sent to each topic, in transactions that are all aborted, so readers of committed
 * messages see none of it; it has no value, so that to all others it is no row.
 *
 * @param properties of a transactional producer, under a name that no worker has.
 * @returns the names of those topics. One whose answer was another error is left out: nothing is known of it.
 * @throws KafkaFailure when this user may not write transactions.
 */
export async function findCompacted(
  properties: ClientProperties,
  topics: readonly string[],
  options: ConnectOptions,
): Promise<string[]> {
  let reported: (error: NativeError | null) => void = () => undefined;
  const native = await connectAndWait(() => {
    const made = newProducer({ ...properties, dr_cb: true });
    made.on('delivery-report', error => reported(error));
    return made;
  }, options);
  native.setPollInterval(POLL_INTERVAL_MS);
  const refuses = async (topic: string): Promise<boolean> => {
    await promised('begin a transaction', done => native.beginTransaction(done));
    const error = await new Promise<NativeError | null>((resolve, reject) => {
      reported = resolve;
      try {
        native.produce(topic, null, null, null, null, undefined, [HEADER]);
      } catch (error) {
        reject(toFailure(`send to ${topic}`, error as NativeError));
      }
    });
    await promised('abort the transaction', done => native.abortTransaction(UNTIL_TRANSACTION_TIMEOUT, done));
    return error?.code === ERRORS.ERR_INVALID_RECORD;
  };
  try {
    await promised('take over the transactional id', done =>
      native.initTransactions(UNTIL_TRANSACTION_TIMEOUT, done),
    );
    const compacted: string[] = [];
    for (const topic of topics) if (await refuses(topic)) compacted.push(topic);
    return compacted;
  } finally {
    await promised('close the producer', done => native.disconnect(CLOSE_TIMEOUT_MS, done)).catch(
      () => undefined,
    );
  }
}
