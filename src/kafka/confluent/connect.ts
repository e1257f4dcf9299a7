import { setTimeout as sleep } from 'node:timers/promises';
import { Fatal } from '../../errors.js';
import type { ConnectOptions } from '../connection.js';
import { type ConnectionTrouble, describeTrouble, readConnectionTrouble } from '../connection-trouble.js';
import { connectOnce, type NativeClient, type NativeLogLine } from './native.js';

const ANSWER_TIMEOUT_MS = 5_000;
const RETRY_MS = 1_000;
const SEVERITY_WARNING = 4;

/**
 * Connects a client and waits for brokers that are away, telling so about every ANSWER_TIMEOUT_MS.
 * A client whose brokers did not answer in time is closed by the client library, so each try makes a new one.
 *
 * @throws Fatal when the brokers refuse the credentials or the client its settings, which waiting would not change, or when
 *   `waitMaxMs` has passed.
 */
export async function connectAndWait<T extends NativeClient>(
  make: () => T,
  { client, events, signal, waitMaxMs = Number.POSITIVE_INFINITY }: ConnectOptions,
): Promise<T> {
  const started = Date.now();
  for (;;) {
    signal?.throwIfAborted();
    const native = make();
    let reason: string | undefined;
    let trouble = null as ConnectionTrouble | null;
    let refused: string | undefined;
    const note = (line: NativeLogLine) => {
      // Also of lines that are no warnings: a listener that hangs up on a client without TLS is logged as usual.
      // The first one says most: what a listener says to a client that tries again can be less.
      trouble ??= readConnectionTrouble(line.message);
      const said = reasonOf(line);
      if (said === null) return;
      reason = said;
      if (/authentication (error|fail)/i.test(said)) refused ??= said;
    };
    native.on('event.log', note);
    // Without a listener an error event would end the process. The log lines say more than these do.
    native.on('event.error', () => undefined);
    const error = await connectOnce(native, ANSWER_TIMEOUT_MS);
    if (error === null) {
      native.removeListener('event.log', note);
      native.on('event.log', line => {
        const said = reasonOf(line);
        if (said !== null) events.connectionError(client, said);
      });
      events.connected(client, Date.now() - started);
      return native;
    }
    if (refused) throw new Fatal(credentialsRefused(refused));
    const why = trouble ? describeTrouble(trouble) : (reason ?? error.message);
    const waitedMs = Date.now() - started;
    if (waitedMs >= waitMaxMs) throw new Fatal(`No broker could be used within ${waitedMs} ms: ${why}.`);
    events.brokersAway(client, why, waitedMs);
    // An ended wait is seen by throwIfAborted at the top.
    await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
  }
}

/**
 * What librdkafka logs of a warning or error, without its thread and repeated address. The error events of the client are of no
 * use here: they come without their code, and their text is only the name of the code.
 */
function reasonOf({ severity, message }: NativeLogLine): string | null {
  if (severity > SEVERITY_WARNING) return null;
  return message
    .replace(/^\[thrd:[^\]]*\]: /, '')
    .replace(/^(\S+)(?:\/\S+)?: /, '$1: ')
    .replace(/ \(after \d+ms in state \w+(, \d+ identical error\(s\) suppressed)?\)/, '');
}

function credentialsRefused(problem: string): string {
  return (
    `The brokers refused the credentials: ${problem}. ` +
    'Check kafka.auth.sasl.mechanism and what it logs in with: kafka.auth.sasl.username and kafka.auth.sasl.password, or ' +
    'kafka.auth.sasl.oauthbearer, or the credentials of AWS.'
  );
}
