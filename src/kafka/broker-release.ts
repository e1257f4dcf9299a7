/** The newest version of each request that a broker understands, by the request's number in the Kafka protocol. */
export type ApiVersions = ReadonlyMap<number, number>;

const PRODUCE = 0;
const FETCH = 1;
const TXN_OFFSET_COMMIT = 28;

/** The first Kafka release with a version of a request, newest first. Brokers do not tell their release, but these. */
const FIRST_WITH: readonly { release: string; api: number; version: number }[] = [
  { release: '4.1', api: FETCH, version: 18 },
  { release: '4.0', api: PRODUCE, version: 12 },
  { release: '3.9', api: FETCH, version: 17 },
  { release: '3.7', api: FETCH, version: 16 },
  { release: '3.5', api: FETCH, version: 15 },
  { release: '3.1', api: FETCH, version: 13 },
  { release: '2.7', api: FETCH, version: 12 },
  { release: '2.5', api: TXN_OFFSET_COMMIT, version: 3 },
  { release: '2.3', api: FETCH, version: 11 },
];

/** The newest release that is known to understand no more than this broker: `4.1`; `null` for one older than all known. */
export function releaseOf(versions: ApiVersions): string | null {
  return FIRST_WITH.find(({ api, version }) => (versions.get(api) ?? -1) >= version)?.release ?? null;
}

/** Whether offsets can be added to a transaction with the group membership, which fences zombies (KIP-447, Kafka 2.5). */
export function supportsExactlyOnce(versions: ApiVersions): boolean {
  return (versions.get(TXN_OFFSET_COMMIT) ?? -1) >= 3;
}
