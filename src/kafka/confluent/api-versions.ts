import type { ApiVersions } from '../broker-release.js';
import { type ConnectionTrouble, readConnectionTrouble } from '../connection-trouble.js';
import { type ClientProperties, connectOnce, type NativeProducer, newProducer } from './native.js';

/**
 * Asks the first broker that answers which requests it understands.
 *
 * librdkafka asks this of every broker before anything else, also before the login, but shows the answer only in its
 * debug log: lines such as `ApiKey Fetch (1) Versions 4..18`.
 *
 * @returns no versions when no broker answered within the time, and what went wrong first with each address.
 * @throws Fatal when the client refuses its settings.
 */
export async function askApiVersions(
  properties: ClientProperties,
  timeoutMs: number,
): Promise<{ versions: ApiVersions; troubles: ConnectionTrouble[] }> {
  const versions = new Map<number, number>();
  const troubles = new Map<string, ConnectionTrouble>();
  const native: NativeProducer = newProducer({ ...properties, debug: 'feature', log_level: 7 });
  native.on('event.error', () => undefined);
  native.on('event.log', ({ message }) => {
    const line = /ApiKey \S+ \((\d+)\) Versions \d+\.\.(\d+)/.exec(message);
    if (line) versions.set(Number(line[1]), Number(line[2]));
    const trouble = readConnectionTrouble(message);
    if (trouble && !troubles.has(trouble.address)) troubles.set(trouble.address, trouble);
  });
  await connectOnce(native, timeoutMs);
  await new Promise<void>(closed => native.disconnect(timeoutMs, () => closed())).catch(() => undefined);
  return { versions, troubles: [...troubles.values()] };
}
