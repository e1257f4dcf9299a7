import type { ApiVersions } from '../broker-release.js';
import { type ClientProperties, connectOnce, type NativeProducer, newProducer } from './native.js';

/**
 * Asks the first broker that answers which requests it understands.
 *
 * librdkafka asks this of every broker before anything else, also before the login, but shows the answer only in its
 * debug log: lines such as `ApiKey Fetch (1) Versions 4..18`.
 *
 * @returns empty when no broker answered within the time.
 * @throws Fatal when the client refuses its settings.
 */
export async function askApiVersions(properties: ClientProperties, timeoutMs: number): Promise<ApiVersions> {
  const versions = new Map<number, number>();
  const native: NativeProducer = newProducer({ ...properties, debug: 'feature', log_level: 7 });
  native.on('event.error', () => undefined);
  native.on('event.log', ({ message }) => {
    const line = /ApiKey \S+ \((\d+)\) Versions \d+\.\.(\d+)/.exec(message);
    if (line) versions.set(Number(line[1]), Number(line[2]));
  });
  await connectOnce(native, timeoutMs);
  await new Promise<void>(closed => native.disconnect(timeoutMs, () => closed())).catch(() => undefined);
  return versions;
}
