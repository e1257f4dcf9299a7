import type { ConnectOptions } from '../connection.js';
import type { KafkaFailure } from '../failure.js';
import type { LimitProbe } from '../ports.js';
import { promised, TOO_LARGE, toFailure } from './classify.js';
import { connectAndWait } from './connect.js';
import { type ClientProperties, type NativeError, newProducer } from './native.js';

const UNTIL_TRANSACTION_TIMEOUT = -1;
const CLOSE_TIMEOUT_MS = 1_000;
const POLL_INTERVAL_MS = 5;
/** The next transaction after a refused batch fails once for its own reason: see `accepts`. */
const TRIES_MAX = 5;

/** Marks what is tried with, for whoever reads uncommitted messages. */
const KEY = Buffer.from('otelrows.limit_probe');
const HEADER = 'padding';
/** What frames the padding: lengths of key, value, header and its name, of a few bytes each. */
const FRAME_BYTES = KEY.length + HEADER.length + 8;

/**
 * Makes a producer that tries how large a message a topic takes. What it sends is in transactions that are all aborted,
 * so readers of committed messages see none of it; it has no value, so that to all others it is no row.
 *
 * @param properties of the producer it stands in for, with its transactional id: whatever that one left open ends here.
 */
export async function connectLimitProbe(
  properties: ClientProperties,
  options: ConnectOptions,
): Promise<LimitProbe> {
  let reported: (error: NativeError | null) => void = () => undefined;
  const native = await connectAndWait(() => {
    const made = newProducer({ ...properties, dr_cb: true });
    made.on('delivery-report', error => reported(error));
    return made;
  }, quiet(options));
  native.setPollInterval(POLL_INTERVAL_MS);
  const disconnect = (): Promise<void> =>
    promised<void>('close the producer', done => native.disconnect(CLOSE_TIMEOUT_MS, done)).catch(
      () => undefined,
    );
  try {
    await promised('take over the transactional id', done =>
      native.initTransactions(UNTIL_TRANSACTION_TIMEOUT, done),
    );
  } catch (error) {
    // Nobody else knows of this client, whose threads and connections would stay.
    await disconnect();
    throw error;
  }
  let open = false;

  const send = (topic: string, bytes: number): Promise<NativeError | null> =>
    new Promise((resolve, reject) => {
      reported = resolve;
      const padding = Buffer.alloc(Math.max(0, bytes - FRAME_BYTES));
      try {
        native.produce(topic, null, null, KEY, null, undefined, [{ [HEADER]: padding }]);
      } catch (error) {
        reject(toFailure(`send to ${topic}`, error as NativeError));
      }
    });
  const abort = async (): Promise<void> => {
    open = false;
    await promised('abort the transaction', done => native.abortTransaction(UNTIL_TRANSACTION_TIMEOUT, done));
  };

  return {
    accepts: async (topic, bytes) => {
      let failure: KafkaFailure | null = null;
      for (let tries = 0; tries < TRIES_MAX; tries++) {
        if (!open) await promised('begin a transaction', done => native.beginTransaction(done));
        open = true;
        const error = await send(topic, bytes);
        if (error === null) return true;
        await abort();
        if (TOO_LARGE.has(error.code)) return false;
        // The broker saw nothing of a refused batch, but the client has counted it: the first message that is accepted
        // after it has a sequence number too high, and fails as that. With that the client starts counting anew.
        failure = toFailure(`send to ${topic}`, error);
      }
      throw failure;
    },
    close: async () => {
      if (open) await abort().catch(() => undefined);
      await disconnect();
    },
  };
}

/** Each refusal is a warning to the client; here it is an answer. */
function quiet(options: ConnectOptions): ConnectOptions {
  return { ...options, events: { ...options.events, connectionError: () => undefined } };
}
