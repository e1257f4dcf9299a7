import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { spanIds } from '../../../src/encodings/json/span-ids.js';
import { InputInvalid } from '../../../src/errors.js';
import type { Identity } from '../../../src/verify/identities.js';
import { fingerprinter } from '../../../src/verify/identity.js';
import {
  createLedger,
  ENTRY,
  LEDGER_PARTS,
  type Ledger,
  SIDES,
  type Side,
} from '../../../src/verify/ledger.js';
import { type Settlement, settle } from '../../../src/verify/settle.js';

const tick = async () => undefined;

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'otelrows-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface Entry {
  side: keyof typeof SIDES;
  value: string;
  key?: string;
}

/** @param entries `[side, value]` or `[side, value, key]`, in the order in which they are read. */
async function settled(entries: Entry[], identity: Identity = 'item'): Promise<Settlement> {
  const ledger = createLedger(temporaryFolder());
  write(ledger, entries, identity);
  return settle(ledger, 3, tick);
}

function write(ledger: Ledger, entries: Iterable<Entry>, identity: Identity = 'item'): void {
  const fingerprint = fingerprinter(identity, { spanIdsOf: new Map([[1, spanIds]]), keyless: new Set() });
  let offset = 0;
  for (const { side, value, key } of entries) {
    const print = fingerprint(1, key === undefined ? null : Buffer.from(key), Buffer.from(value));
    ledger.add(SIDES[side] as Side, print, {
      place: 1,
      offset: offset++,
      itemIndex: 5,
    });
  }
}

const required = (value: string, key?: string): Entry => ({
  side: 'required',
  value,
  ...(key === undefined ? {} : { key }),
});
const written = (value: string, key?: string): Entry => ({ ...required(value, key), side: 'written' });
const span = (id: number, name = 'x') =>
  `{"TraceId":"aa","SpanId":"${id.toString(16)}","ParentSpanId":"","SpanName":"${name}"}`;

const COUNTS = {
  matched: 0,
  missing: 0,
  maybeDeleted: 0,
  sourceDeleted: 0,
  duplicate: 0,
  unexpected: 0,
  changed: 0,
  changedKeyOnly: 0,
  truncated: 0,
  deadLettered: 0,
  maybeDeadLettered: 0,
  replayed: 0,
};

describe('what both sides come to', () => {
  test.each<[string, Entry[], Partial<typeof COUNTS>]>([
    ['nothing', [], {}],
    ['a row and its item', [written('a'), required('a')], { matched: 1 }],
    ['no row', [required('a')], { missing: 1 }],
    ['no item', [written('a'), written('a')], { unexpected: 2 }],
    ['a row twice', [written('a'), written('a'), required('a')], { matched: 1, duplicate: 1 }],
    ['an item sent twice', [written('a'), written('a'), required('a'), required('a')], { matched: 2 }],
    [
      'one row of an item sent twice',
      [written('a'), required('a'), required('a')],
      { matched: 1, missing: 1 },
    ],
    ['a row that may be there', [written('a'), { side: 'optional', value: 'a' }], { matched: 1 }],
    ['a row that need not be there', [{ side: 'optional', value: 'a' }], {}],
    [
      'twice where once is allowed',
      [written('a'), written('a'), { side: 'optional', value: 'a' }],
      { matched: 1, duplicate: 1 },
    ],
    ['a dead letter instead of a row', [{ side: 'dead_lettered', value: 'a' }], { deadLettered: 1 }],
    [
      'a dead letter that was replayed',
      [written('a'), { side: 'dead_lettered', value: 'a' }],
      { matched: 1, replayed: 1 },
    ],
    [
      'an item sent twice, one of them dead-lettered',
      [written('a'), required('a'), { side: 'dead_lettered', value: 'a' }],
      { matched: 1, deadLettered: 1 },
    ],
    [
      'a row that another item explains does not say that the dead letter was replayed',
      [written('a'), { side: 'optional', value: 'a' }, { side: 'dead_lettered', value: 'a' }],
      { matched: 1, deadLettered: 1 },
    ],
    ['perhaps in a dead letter', [{ side: 'maybe_dead_lettered', value: 'a' }], { maybeDeadLettered: 1 }],
    ['rightly not in it', [written('a'), { side: 'maybe_dead_lettered', value: 'a' }], { matched: 1 }],
    ['an item whose row may be deleted', [{ side: 'maybe_deleted', value: 'a' }], { maybeDeleted: 1 }],
    [
      'its row is there',
      [written('a'), { side: 'maybe_deleted', value: 'a' }, { side: 'optional', value: 'a' }],
      { matched: 1 },
    ],
    [
      'a row of a record that was deleted',
      [written('a'), { side: 'source_deleted', value: 'a' }],
      { sourceDeleted: 1 },
    ],
    [
      'a row of a record that was read before it was deleted',
      [written('a'), required('a'), { side: 'source_deleted', value: 'a' }],
      { matched: 1 },
    ],
    ['a span with other content', [written(span(1, 'other')), required(span(1))], { matched: 1, changed: 1 }],
    [
      'a span that says that it was cut',
      [{ side: 'written_cut', value: span(1, 'cut') }, required(span(1))],
      { matched: 1, truncated: 1 },
    ],
    [
      'a row that says that it was cut, and is not, under another key',
      [{ side: 'written_cut', value: 'a', key: 'k' }, required('a', 'l')],
      { matched: 1, changed: 1, changedKeyOnly: 1 },
    ],
    [
      'a row under another key',
      [written('a', 'k'), required('a', 'l')],
      { matched: 1, changed: 1, changedKeyOnly: 1 },
    ],
    [
      'no key is no empty key',
      [written('a', ''), required('a')],
      { matched: 1, changed: 1, changedKeyOnly: 1 },
    ],
    [
      'two spans of one id, in the other order',
      [
        written(span(1, 'server')),
        written(span(1, 'client')),
        required(span(1, 'client')),
        required(span(1, 'server')),
      ],
      { matched: 2 },
    ],
    [
      'a span sent twice, with the same content',
      [written(span(1)), written(span(1)), required(span(1)), required(span(1))],
      { matched: 2 },
    ],
    [
      'a span sent twice with two contents, and one of them written twice',
      [written(span(1, 'a')), written(span(1, 'a')), required(span(1, 'a')), required(span(1, 'b'))],
      { matched: 2, changed: 1 },
    ],
    [
      'two rows that say that they were cut, of which one was not',
      [
        { side: 'written_cut', value: span(1, 'a') },
        { side: 'written_cut', value: span(1, 'cut') },
        required(span(1, 'a')),
        required(span(1, 'b')),
      ],
      { matched: 2, truncated: 1 },
    ],
    [
      'two rows that differ, of which one says that it was cut',
      [
        { side: 'written_cut', value: span(1, 'cut') },
        written(span(1, 'x')),
        required(span(1, 'a')),
        required(span(1, 'b')),
      ],
      { matched: 2, changed: 1, truncated: 1 },
    ],
    [
      'two items that may be deleted, and one row',
      [written('a'), { side: 'maybe_deleted', value: 'a' }, { side: 'maybe_deleted', value: 'a' }],
      { matched: 1, maybeDeleted: 1 },
    ],
    [
      'two items that may be in a dead letter, and one row',
      [
        written('a'),
        { side: 'maybe_dead_lettered', value: 'a' },
        { side: 'maybe_dead_lettered', value: 'a' },
      ],
      { matched: 1, maybeDeadLettered: 1 },
    ],
    [
      'one item of each kind, and rows for all of them and one more',
      [
        ...Array.from({ length: 7 }, () => written('a')),
        required('a'),
        ...(
          ['maybe_deleted', 'maybe_dead_lettered', 'optional', 'dead_lettered', 'source_deleted'] as const
        ).map(side => ({ side, value: 'a' })),
      ],
      { matched: 5, sourceDeleted: 1, replayed: 1, duplicate: 1 },
    ],
    [
      'spans without an id are told apart by their content',
      [written(span(0, 'a')), required(span(0, 'b'))],
      { unexpected: 1, missing: 1 },
    ],
  ])('%s', async (_, entries, counts) => {
    const { examples, ...found } = await settled(entries);
    expect(found).toEqual({ ...COUNTS, ...counts });
    expect(Object.values(examples).flat().length > 0).toBe(
      found.missing + found.duplicate + found.unexpected + found.changed > 0,
    );
  });

  test('by ids, contents are left aside; by row, they are all that counts', async () => {
    const entries = [written(span(1, 'other'), 'k'), required(span(1), 'l')];
    expect(await settled(entries, 'ids')).toMatchObject({ matched: 1, changed: 0 });
    expect(await settled(entries, 'row')).toMatchObject({ missing: 1, unexpected: 1 });
  });

  test('examples say where, and are no more than asked for', async () => {
    const { examples, missing } = await settled(Array.from({ length: 9 }, (_, i) => required(`row ${i}`)));
    expect(missing).toBe(9);
    expect(examples.missing).toHaveLength(3);
    for (const { rows, sources, written } of examples.missing) {
      expect(rows).toBe(1);
      expect(sources).toEqual([{ place: 1, offset: expect.any(Number), itemIndex: 5 }]);
      expect(written).toEqual([]);
    }
  });

  test('examples name a few places of both sides, in the order in which they were read', async () => {
    const { examples } = await settled([
      ...Array.from({ length: 3 }, () => required('a')),
      ...Array.from({ length: 9 }, () => written('a')),
    ]);
    const offsets = (places: readonly { offset: number }[] = []) => places.map(({ offset }) => offset);
    expect(examples.duplicate).toHaveLength(1);
    expect(examples.duplicate[0]?.rows).toBe(6);
    expect(offsets(examples.duplicate[0]?.sources)).toEqual([0, 1, 2]);
    expect(offsets(examples.duplicate[0]?.written)).toEqual([3, 4, 5, 6]);
  });

  test('it is told how far the comparison is', async () => {
    const ledger = createLedger(temporaryFolder());
    const ticks: unknown[] = [];
    await settle(ledger, 3, async progress => void ticks.push(progress));
    expect(ticks).toHaveLength(LEDGER_PARTS);
    expect(ticks[0]).toEqual({ done: 1, total: LEDGER_PARTS });
    expect(ticks.at(-1)).toEqual({ done: LEDGER_PARTS, total: LEDGER_PARTS });
  });

  describe('fingerprints are compared', () => {
    type Words = { identity: number[]; value?: number; key?: number };
    const settledWords = async (...entries: (Words & { side: Side })[]) => {
      const words = new Uint32Array(entries.length * ENTRY.words);
      entries.forEach(({ side, identity, value = 0, key = 0 }, entry) => {
        const at = entry * ENTRY.words;
        words.set(identity, at + ENTRY.identity);
        words[at + ENTRY.value] = value;
        words[at + ENTRY.key] = key;
        words[at + ENTRY.sideAndPlace] = (side << 24) | 1;
      });
      const { examples: _, ...counts } = await settle({ parts: () => [words] }, 0, tick);
      return counts;
    };
    const pair = (source: Words, row: Words) =>
      settledWords({ side: SIDES.required, ...source }, { side: SIDES.written, ...row });

    // The first words differ by more than the slots of a small table tell apart.
    test.each([0, 1, 2, 3])('by each of the four words of an identity: %d', async word => {
      const other = [0, 0, 0, 0];
      other[word] = 16;
      expect(await pair({ identity: [0, 0, 0, 0] }, { identity: [0, 0, 0, 0] })).toMatchObject({
        matched: 1,
      });
      expect(await pair({ identity: [0, 0, 0, 0] }, { identity: other })).toMatchObject({
        missing: 1,
        unexpected: 1,
      });
    });

    test.each<[Omit<Words, 'identity'>, Omit<Words, 'identity'>, Partial<typeof COUNTS>]>([
      [{ value: 7, key: 4096 }, { value: 7, key: 4096 }, {}],
      [
        { value: 7, key: 4096 },
        { value: 7, key: 2048 },
        { changed: 1, changedKeyOnly: 1 },
      ],
      [
        { value: 7, key: 2 ** 31 },
        { value: 7, key: 0 },
        { changed: 1, changedKeyOnly: 1 },
      ],
      [{ value: 6, key: 4096 }, { value: 7, key: 4096 }, { changed: 1 }],
      [{ value: 6, key: 4096 }, { value: 7, key: 2048 }, { changed: 1 }],
      [{ value: 2 ** 21 }, { key: 2048 }, { changed: 1 }],
    ])('by value and key: %o and %o', async (source, row, counts) => {
      const identity = [1, 2, 3, 4];
      expect(await pair({ identity, ...source }, { identity, ...row })).toEqual({
        ...COUNTS,
        matched: 1,
        ...counts,
      });
    });
  });

  test('more rows than fit into memory go to files, give the same answer, and are removed', async () => {
    const folder = temporaryFolder();
    const ledger = createLedger(folder);
    function* entries(): Generator<Entry> {
      for (let i = 0; i < 140_000; i += 1) if (i % 50_000 !== 7) yield written(`row ${i}`);
      for (let i = 0; i < 140_000; i += 1) yield required(`row ${i}`);
      for (let i = 0; i < 5; i += 1) yield written(`row ${i}`);
      yield written('foreign');
    }
    write(ledger, entries());
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^otelrows-verify-/)]);

    const { examples, ...counts } = await settle(ledger, 3, tick);

    expect(counts).toEqual({ ...COUNTS, matched: 139_997, missing: 3, duplicate: 5, unexpected: 1 });
    ledger.remove();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a temporary folder that cannot be made is a matter of TMPDIR', () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const ledger = createLedger(join(file, 'tmp'));
    const entries = Array.from({ length: 600 }, () => written('the same part'));
    expect(() => write(ledger, entries)).toThrow(InputInvalid);
    expect(() => write(ledger, entries)).toThrow('goes through something that is not a directory');
    // Node would try for ever to make a directory there.
    const nowhere = createLedger('/proc/nowhere');
    expect(() => write(nowhere, entries)).toThrow('there is no directory /proc/nowhere');
  });
});
