import { Fatal } from '../../errors.js';
import type { ApiVersions } from '../broker-release.js';
import { type ConnectionTrouble, readConnectionTrouble } from '../connection-trouble.js';
import { type ClientProperties, connectOnce, type NativeProducer, NO_TOKEN, newProducer } from './native.js';

/**
 * Asks the first broker that answers which requests it understands.
 *
 * librdkafka asks this of every broker before anything else, also before the login, but shows the answer only in its
 * debug log: lines such as `ApiKey Fetch (1) Versions 4..18`.
 *
 * @returns no versions when no broker answered within the time, and what went wrong first with each address.
 * @throws Fatal when the client refuses its settings, and when it cannot make a token to log in with.
 */
export async function askApiVersions(
  properties: ClientProperties,
  timeoutMs: number,
): Promise<{ versions: ApiVersions; troubles: ConnectionTrouble[] }> {
  const versions = new Map<number, number>();
  const troubles = new Map<string, ConnectionTrouble>();
  let noToken: string | null = null;
  const native: NativeProducer = newProducer({ ...properties, debug: 'feature', log_level: 7 });
  native.on('event.error', () => undefined);
  native.on('event.log', ({ message }) => {
    const line = /ApiKey \S+ \((\d+)\) Versions \d+\.\.(\d+)/.exec(message);
    if (line) versions.set(Number(line[1]), Number(line[2]));
    const trouble = readConnectionTrouble(message);
    if (trouble && !troubles.has(trouble.address)) troubles.set(trouble.address, trouble);
    if (message.startsWith(NO_TOKEN)) noToken = message;
  });
  await connectOnce(native, timeoutMs);
  await new Promise<void>(closed => native.disconnect(timeoutMs, () => closed())).catch(() => undefined);
  // Without one the client does not even connect.
  if (noToken !== null && versions.size === 0) {
    throw new Fatal(`${noToken}. Check kafka.auth.sasl, and the credentials of AWS.`);
  }
  return { versions, troubles: [...troubles.values()] };
}
