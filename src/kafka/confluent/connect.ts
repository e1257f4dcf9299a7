import { setTimeout as sleep } from 'node:timers/promises';
import { Fatal } from '../../errors.js';
import type { KafkaFailure } from '../failure.js';
import { classify, promised } from './classify.js';
import { ERRORS, type NativeClient, type NativeError } from './native.js';

const ANSWER_TIMEOUT_MS = 5_000;
const RETRY_MS = 1_000;

/** What a client tells about its connections. */
export interface ConnectionEvents {
  /** No broker has answered since `connect` began; `reason` is the client's last word on why. */
  brokersAway(client: string, reason: string, waitedMs: number): void;
  connected(client: string, waitedMs: number): void;
  /** Something went wrong with a connection; the client mends it by itself. */
  connectionError(client: string, reason: string): void;
}

export interface ConnectOptions {
  /** How the client is called in events and errors: `consumer`, `producer`. */
  client: string;
  events: ConnectionEvents;
  /** Ends the waiting; the promise then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Gives up after this time; without it, brokers are waited for as long as it takes. */
  waitMaxMs?: number | undefined;
}

/**
 * Connects a client and waits for brokers that are away, telling so about every ANSWER_TIMEOUT_MS.
 * A client whose brokers did not answer in time is closed by the client library, so each try makes a new one.
 *
 * @throws Fatal when the brokers refuse the credentials, which waiting would not change, or `waitMaxMs` has passed.
 */
export async function connectAndWait<T extends NativeClient>(
  make: () => T,
  { client, events, signal, waitMaxMs = Number.POSITIVE_INFINITY }: ConnectOptions,
): Promise<T> {
  const started = Date.now();
  for (;;) {
    signal?.throwIfAborted();
    const native = make();
    let lastError: NativeError | undefined;
    let refused: NativeError | undefined;
    const note = (error: NativeError) => {
      if (classify(error) === 'denied') refused ??= error;
      // This one follows every other and says less than it.
      if (lastError === undefined || error.code !== ERRORS.ERR__ALL_BROKERS_DOWN) lastError = error;
    };
    native.on('event.error', note);
    try {
      await promised('connect', done => native.connect({ timeout: ANSWER_TIMEOUT_MS }, done));
      native.removeListener('event.error', note);
      native.on('event.error', error => events.connectionError(client, error.message));
      events.connected(client, Date.now() - started);
      return native;
    } catch (error) {
      native.on('event.error', () => undefined);
      const failure = error as KafkaFailure;
      if (refused || failure.kind === 'denied') {
        throw new Fatal(credentialsRefused(refused?.message ?? failure.message));
      }
      const waitedMs = Date.now() - started;
      const reason = lastError?.message ?? failure.message;
      if (waitedMs >= waitMaxMs) throw new Fatal(`No broker answered within ${waitedMs} ms: ${reason}.`);
      events.brokersAway(client, reason, waitedMs);
      // An ended wait is seen by throwIfAborted at the top.
      await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

function credentialsRefused(problem: string): string {
  return (
    `The brokers refused the credentials: ${problem}. ` +
    'Check kafka.auth.sasl.mechanism, .username and .password, and that this listener uses kafka.tls as configured.'
  );
}
