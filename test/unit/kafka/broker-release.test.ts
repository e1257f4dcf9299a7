import { describe, expect, test } from 'vitest';
import { releaseOf, supportsExactlyOnce } from '../../../src/kafka/broker-release.js';

const [PRODUCE, FETCH, TXN_OFFSET_COMMIT] = [0, 1, 28];

/** What brokers answer to ApiVersions, of the requests that matter here: the table is Kafka's protocol, per release. */
const BROKERS = [
  ['4.1', { produce: 13, fetch: 18, txnOffsetCommit: 5 }],
  ['4.0', { produce: 12, fetch: 17, txnOffsetCommit: 5 }],
  ['3.9', { produce: 11, fetch: 17, txnOffsetCommit: 4 }],
  ['3.7', { produce: 10, fetch: 16, txnOffsetCommit: 3 }],
  ['3.5', { produce: 9, fetch: 15, txnOffsetCommit: 3 }],
  ['3.1', { produce: 9, fetch: 13, txnOffsetCommit: 3 }],
  ['2.7', { produce: 8, fetch: 12, txnOffsetCommit: 3 }],
  ['2.5', { produce: 8, fetch: 11, txnOffsetCommit: 3 }],
  ['2.3', { produce: 7, fetch: 11, txnOffsetCommit: 2 }],
] as const;

const versions = ({ produce, fetch, txnOffsetCommit }: (typeof BROKERS)[number][1]) =>
  new Map([
    [PRODUCE, produce],
    [FETCH, fetch],
    [TXN_OFFSET_COMMIT, txnOffsetCommit],
  ]);

describe('releaseOf', () => {
  test.each(BROKERS)('a broker of %s is told from its requests', (release, understood) => {
    expect(releaseOf(versions(understood))).toBe(release);
  });

  test('a broker that is newer than all known is at least the newest known', () => {
    expect(releaseOf(versions({ produce: 14, fetch: 99, txnOffsetCommit: 6 } as never))).toBe('4.1');
  });

  test('a broker that is older than all known has no name', () => {
    expect(releaseOf(new Map([[FETCH, 10]]))).toBeNull();
    expect(releaseOf(new Map())).toBeNull();
  });
});

describe('supportsExactlyOnce', () => {
  test.each(BROKERS)(
    '%s: from 2.5 on, where group membership came with the offsets',
    (release, understood) => {
      expect(supportsExactlyOnce(versions(understood))).toBe(release !== '2.3');
    },
  );

  test('not without an answer', () => {
    expect(supportsExactlyOnce(new Map())).toBe(false);
  });
});
