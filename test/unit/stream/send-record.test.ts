import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { defaultConfig } from '../../../src/config/schema.js';
import { encodingsByTopic } from '../../../src/encodings/encodings-of.js';
import { AbortBatch, Fatal, PoisonRecord } from '../../../src/errors.js';
import type { Header, InputRecord } from '../../../src/kafka/ports.js';
import type { OversizePolicy } from '../../../src/messages/fit-messages.js';
import { rowHeaders } from '../../../src/messages/headers.js';
import type { Message } from '../../../src/messages/message.js';
import type { ProcessedRecord } from '../../../src/messages/process-record.js';
import type { RowIdPlace } from '../../../src/messages/row-id.js';
import { zeroTally } from '../../../src/observe/counters.js';
import type { Delivery } from '../../../src/stream/delivery.js';
import { dryRunDelivery } from '../../../src/stream/dry-run.js';
import type { PackRows } from '../../../src/stream/pack-rows.js';
import { rowsPacker } from '../../../src/stream/pack-rows.js';
import { checkCounts, recordSender } from '../../../src/stream/send-record.js';
import type { OutputMessage } from '../../../src/transform/transform-record.js';
import { jsonOfAnyTopic } from '../../support/json-rows.js';
import { record } from '../../support/scripted-kafka.js';

interface Sent extends Omit<Message, 'headers'> {
  headers: readonly Header[] | undefined;
}

/** Takes messages up to so many bytes, headers included, as a producer does. */
function deliveryUpTo(bytesMax: number) {
  const sent: Sent[] = [];
  const sizeOf = ({ key, value }: Message, headers: readonly Header[]) =>
    (key?.length ?? 0) +
    (value?.length ?? 0) +
    headers.reduce((sum, header) => sum + header.key.length + header.value.length, 0);
  const send: Delivery['send'] = async (messages, headers) =>
    messages.flatMap((message, position) => {
      const all = message.headers ? [...(headers ?? []), ...message.headers] : headers;
      if (sizeOf(message, all ?? []) > bytesMax) return [position];
      sent.push({ ...message, headers: all });
      return [];
    });
  return { sent, delivery: { ...dryRunDelivery(), send } };
}

function setUp(
  headers: 'none' | 'standard' = 'none',
  bytesMax = 2000,
  {
    topicBytesMax = 1_000_000,
    oversizePolicy = 'dead_letter',
    rowId = 'none',
    packRows = null,
  }: {
    topicBytesMax?: number;
    oversizePolicy?: OversizePolicy;
    rowId?: RowIdPlace;
    packRows?: PackRows | null;
  } = {},
) {
  const sender = recordSender(
    {
      deadLetterTopic: 'dead',
      headersOf: rowHeaders({ headers, copy_headers: [], row_format: 'clickhouse' }),
      oversizePolicy,
      rowId,
      encodingOf: jsonOfAnyTopic,
    },
    { leastBytesMax: () => topicBytesMax, bytesMaxOf: () => topicBytesMax },
    packRows,
  );
  const { sent, delivery } = deliveryUpTo(bytesMax);
  const tally = zeroTally();
  return {
    sent,
    tally,
    process: (processed: ProcessedRecord) => sender.sendRecord(delivery, processed, tally),
  };
}

/** Rows of so many bytes each; items counted besides are filtered. */
function rows(sizes: number[], filteredCount = 0, from: InputRecord = record(0, 0)): ProcessedRecord {
  const messages = sizes.map((size, index) => ({
    topic: 'out',
    key: null,
    value: Buffer.alloc(size),
    itemIndex: index + 10,
  }));
  return {
    record: from,
    signal: 'traces',
    outcome: 'rows',
    transformed: { messages, itemCount: sizes.length + filteredCount, filteredCount },
  };
}

const poison = (from: InputRecord): ProcessedRecord => ({
  record: from,
  outcome: 'poison',
  error: new PoisonRecord('malformed', 'not protobuf'),
});

const headerOf = ({ headers }: Sent, name: string) =>
  headers?.find(({ key }) => key === name)?.value.toString();

test('a row that was too large to be made is dead-lettered like one that is too large to be sent', async () => {
  for (const oversizePolicy of ['dead_letter', 'truncate'] as const) {
    const { sent, tally, process } = setUp(undefined, undefined, { oversizePolicy, rowId: 'column' });
    const processed = rows([5, 0, 5]);
    if (processed.outcome !== 'rows') throw new Error('no rows');
    processed.transformed.messages[1] = {
      ...(processed.transformed.messages[1] as OutputMessage),
      tooLargeBytes: 1000,
    };

    await process(processed);

    expect(sent.map(({ topic }) => topic)).toEqual(['out', 'out', 'dead']);
    expect(tally).toMatchObject({ items: 3, rows: 2, deadLetteredItems: 1, truncated: 0 });
    expect(headerOf(sent[2] as Sent, 'otelrows.dead_letter.item_indexes')).toBe('11');
    expect(headerOf(sent[2] as Sent, '__streams.errors.message')).toContain(
      'the largest would have more than 1000 bytes, so it was not even made',
    );
  }
});

test('rows are sent without headers by default, and tallied', async () => {
  const { sent, tally, process } = setUp();

  await process(rows([10, 20], 3));

  expect(sent.map(({ topic, headers }) => [topic, headers])).toEqual([
    ['out', undefined],
    ['out', undefined],
  ]);
  expect(tally).toEqual({ ...zeroTally(), records: 1, items: 5, rows: 2, filtered: 3, rowBytes: 30 });
});

test('records without items are tallied by topic and by what they are, the first suspicious one with its record', async () => {
  const { tally, process } = setUp();
  const suspicion = { firstUnknownField: { path: 'logs', byteOffset: 1 } };
  const without = (from: InputRecord, suspicious = false): ProcessedRecord => ({
    record: from,
    signal: 'logs',
    outcome: 'rows',
    transformed: { messages: [], itemCount: 0, filteredCount: 0, ...(suspicious ? { suspicion } : {}) },
  });
  const [first, second] = [record(0, 5, { value: Buffer.of(1) }), record(0, 6, { value: Buffer.of(1) })];
  const elsewhere = record(0, 0, { topic: 'constructor', value: Buffer.of(1) });

  await process(without(record(0, 1, { value: null })));
  await process(without(record(0, 2, { value: Buffer.alloc(0) })));
  await process(without(record(0, 3, { value: Buffer.from('{}') })));
  await process(without(record(0, 4, { value: Buffer.from('{}') })));
  for (const from of [first, second, elsewhere]) await process(without(from, true));
  await process(rows([], 3));

  expect(tally).toMatchObject({ records: 8, emptyRecords: 4, suspiciousRecords: 3 });
  expect(tally.withoutItemsBy).toEqual(
    new Map([
      ['in', { tombstone: 1, empty_value: 1, empty_request: 2, suspicious: 2 }],
      ['constructor', { suspicious: 1 }],
    ]),
  );
  expect(tally.suspicious).toEqual([
    { record: first, signal: 'logs', suspicion },
    { record: elsewhere, signal: 'logs', suspicion },
  ]);
});

test('records that were left to the plain transform are tallied', async () => {
  const { tally, process } = setUp();
  const left = rows([10]);
  if (left.outcome === 'rows') left.transformed.plainItems = { merged: 1 };

  await process(rows([10]));
  await process(left);
  await process(poison(record(0, 1)));

  expect(tally).toMatchObject({ records: 3, plainItemsBy: { merged: 1 }, deadLetteredRecords: 1 });
});

test('headers: standard says of each row where it came from', async () => {
  const { sent, process } = setUp('standard');

  await process(rows([10], 0, record(2, 5)));

  const [row] = sent as [Sent];
  expect(headerOf(row, 'otelrows.signal')).toBe('traces');
  expect(headerOf(row, 'otelrows.source.partition')).toBe('2');
  expect(headerOf(row, 'otelrows.source.offset')).toBe('5');
});

test('a record that cannot be decoded is one dead-letter record, and no item: how many it held is not known', async () => {
  const { sent, tally, process } = setUp();

  await process(poison(record(0, 0)));

  expect(sent.map(({ topic }) => topic)).toEqual(['dead']);
  expect(tally).toMatchObject({ records: 1, items: 0, deadLetteredRecords: 1, deadLetteredItems: 0 });
  expect(tally.deadLetters).toMatchObject([{ problem: { reason: 'malformed' }, valueLeftOut: false }]);
});

test('rows that are too large become one dead-letter record that lists their items; the others are rows', async () => {
  const { sent, tally, process } = setUp();

  await process(rows([10, 5000, 20, 6000]));

  expect(sent.map(({ topic }) => topic)).toEqual(['out', 'out', 'dead']);
  const deadLetter = sent[2] as Sent;
  expect(headerOf(deadLetter, 'otelrows.dead_letter.reason')).toBe('row_too_large');
  expect(headerOf(deadLetter, 'otelrows.dead_letter.item_indexes')).toBe('11,13');
  expect(headerOf(deadLetter, '__streams.errors.message')).toContain('the largest has 6000 bytes');
  expect(tally).toMatchObject({ items: 4, rows: 2, deadLetteredItems: 2 });
  expect(() => checkCounts(tally)).not.toThrow();
});

describe('row ids', () => {
  test('are in the row or beside the other headers, and count for its size', async () => {
    const inColumn = setUp('none', 1_000_000, { rowId: 'column' });
    await inColumn.process(rows([10]));
    expect(String(inColumn.sent[0]?.value)).toContain('"RowId":"in/0/0/10"');

    const inHeader = setUp('standard', 1_000_000, { rowId: 'header', topicBytesMax: 1500 });
    await inHeader.process(rows([10, 1490]));
    const [row, deadLetter] = inHeader.sent as [Sent, Sent];
    expect(headerOf(row, 'otelrows.row_id')).toBe('in/0/0/10');
    expect(headerOf(row, 'otelrows.signal')).toBe('traces');
    expect(headerOf(deadLetter, 'otelrows.dead_letter.item_indexes')).toBe('11');
  });
});

describe('a topic that takes less than the producer', () => {
  test('gets no row that is larger, and the dead-letter record too is measured', async () => {
    const { sent, tally, process } = setUp('none', 1_000_000, { topicBytesMax: 1500 });

    await process(rows([10, 1501, 1500], 2, record(0, 0, { value: Buffer.alloc(5000) })));

    expect(sent.map(({ topic, value }) => [topic, value?.length])).toEqual([
      ['out', 10],
      ['out', 1500],
      ['dead', undefined],
    ]);
    expect(headerOf(sent[2] as Sent, 'otelrows.dead_letter.item_indexes')).toBe('11');
    expect(tally).toMatchObject({ items: 5, rows: 2, filtered: 2, deadLetteredItems: 1, rowBytes: 1510 });
    expect(() => checkCounts(tally)).not.toThrow();
  });

  test('with oversize.policy truncate gets rows cut to its size, in their place', async () => {
    const { sent, tally, process } = setUp('none', 1_000_000, {
      topicBytesMax: 1500,
      oversizePolicy: 'truncate',
    });
    const large = Buffer.from(JSON.stringify({ SpanAttributes: { a: 'x'.repeat(5000) } }));
    const messages = [Buffer.from('{}'), large, Buffer.alloc(2000), Buffer.from('{}')].map(
      (value, itemIndex) => ({ topic: 'out', key: Buffer.from('k'), value, itemIndex }),
    );

    await process({
      record: record(0, 0),
      signal: 'traces',
      outcome: 'rows',
      transformed: { messages, itemCount: 4, filteredCount: 0 },
    });

    expect(sent.map(({ topic }) => topic)).toEqual(['out', 'out', 'out', 'dead']);
    const [, cut] = sent as [Sent, Sent];
    expect(1 + (cut.value?.length ?? 0)).toBeLessThanOrEqual(1500);
    expect(JSON.parse(String(cut.value)).SpanAttributes.a).toMatch(/^x+…\[truncated \d+ bytes\]$/);
    expect(headerOf(sent[3] as Sent, 'otelrows.dead_letter.item_indexes')).toBe('2');
    expect(tally).toMatchObject({ items: 4, rows: 3, truncated: 1, deadLetteredItems: 1 });
  });
});

test('more rows that are too large than a call may have arguments are still one dead-letter record', async () => {
  const { sent, process } = setUp('none', 20_000);
  const value = Buffer.alloc(30_000);
  const messages = Array.from({ length: 200_000 }, (_, itemIndex) => ({
    topic: 'out',
    key: null,
    value,
    itemIndex,
  }));

  await process({
    record: record(0, 0),
    signal: 'traces',
    outcome: 'rows',
    transformed: { messages, itemCount: messages.length, filteredCount: 0 },
  });

  expect(sent.map(({ topic }) => topic)).toEqual(['dead']);
  expect(headerOf(sent[0] as Sent, 'otelrows.dead_letter.item_count')).toBe('200000');
});

test.each([
  ['all', 'k', 'v'],
  ['no_value', 'k', null],
  ['nothing', null, null],
] as const)(
  'a record that was too slow is dead-lettered with %s of its content',
  async (keep, key, value) => {
    const { sent, tally, process } = setUp();
    const from = record(0, 9, { key: Buffer.from('k'), value: Buffer.from('v') });

    await process({ record: from, outcome: 'too_slow', keep, message: 'too slow' });

    expect(
      sent.map(deadLetter => [deadLetter.key?.toString() ?? null, deadLetter.value?.toString() ?? null]),
    ).toEqual([[key, value]]);
    expect(tally.deadLetters).toMatchObject([{ valueLeftOut: keep !== 'all' }]);
  },
);

describe('a dead-letter record that is too large itself', () => {
  test('goes without the value', async () => {
    const { sent, tally, process } = setUp();
    await process(poison(record(0, 0, { key: Buffer.from('k'), value: Buffer.alloc(5000) })));

    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ topic: 'dead', key: Buffer.from('k'), value: null });
    expect(tally.deadLetters).toMatchObject([{ problem: { reason: 'malformed' }, valueLeftOut: true }]);
  });

  test.each([
    ['key', { key: Buffer.alloc(5000) }],
    ['headers', { headers: [{ key: 'baggage', value: Buffer.alloc(5000) }] }],
  ])(
    'goes without any content when the %s alone fill a message, rather than not at all',
    async (_, content) => {
      const { sent, tally, process } = setUp();
      await process(poison(record(0, 9, content)));

      expect(sent).toHaveLength(1);
      const [deadLetter] = sent as [Sent];
      expect(deadLetter).toMatchObject({ topic: 'dead', key: null, value: null });
      expect(headerOf(deadLetter, '__streams.errors.offset')).toBe('9');
      expect(tally.deadLetters).toMatchObject([{ valueLeftOut: true }]);
    },
  );

  test('ends the worker when not even that fits: nothing vanishes', async () => {
    const { process } = setUp('none', 100);
    const error = await process(poison(record(0, 9))).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(Fatal);
    expect((error as Fatal).message).toBe(
      'in-0 offset 9 cannot be dead-lettered: not even its coordinates fit into a message to dead. ' +
        'Set producer.max_message_bytes and max.message.bytes of that topic to at least 10000.',
    );
  });
});

describe('the row counts', () => {
  test.each([
    { items: 5, rows: 4 },
    { items: 4, rows: 5 },
    { items: 5, rows: 3, filtered: 1 },
    { items: 5, rows: 5, deadLetteredItems: 1 },
  ])('do not balance: %o', wrong => {
    expect(() => checkCounts({ ...zeroTally(), ...wrong })).toThrow('row counts do not add up');
  });

  test.each([{}, { items: 6, rows: 3, filtered: 2, deadLetteredItems: 1 }, { deadLetteredRecords: 3 }])(
    'balance: %o',
    right => {
      expect(() => checkCounts({ ...zeroTally(), ...right })).not.toThrow();
    },
  );
});

/** Packs the rows of `out`, as `encoding: json_lines` does. */
function packer(): PackRows {
  const config = defaultConfig();
  config.traces.encoding = 'json_lines';
  config.traces.topic.name = 'out';
  const pack = rowsPacker(['out'], encodingsByTopic(config));
  if (!pack) throw new Error('nothing is packed');
  return pack;
}

describe('packed rows', () => {
  test('that the client refuses together are dead-lettered together, each by its item', async () => {
    const { sent, tally, process } = setUp('none', 2000, { packRows: packer() });

    // The client takes less than anyone knew.
    await process(rows([900, 700, 800]));

    expect(sent.map(({ topic }) => topic)).toEqual(['dead']);
    expect(headerOf(sent[0] as Sent, 'otelrows.dead_letter.item_indexes')).toBe('10-12');
    expect(tally).toMatchObject({ items: 3, rows: 0, deadLetteredItems: 3 });
    expect(() => checkCounts(tally)).not.toThrow();
  });

  test('leave room for the headers that they will have', async () => {
    const headerBytes = 400;
    const { sent, tally, process } = setUp('standard', 2000 + headerBytes, {
      topicBytesMax: 2000 + headerBytes,
      packRows: packer(),
    });

    await process(rows(Array.from({ length: 40 }, () => 100)));

    expect(sent.map(({ topic }) => topic)).not.toContain('dead');
    expect(sent.length).toBeGreaterThan(1);
    expect(tally).toMatchObject({ items: 40, rows: 40, deadLetteredItems: 0 });
  });

  test('that do not add up are a defect of their record, and nothing of it is sent', async () => {
    const losing: PackRows = (messages, bytesMaxOf) => packer()(messages.slice(1), bytesMaxOf);
    const { sent, tally, process } = setUp('none', 2000, { packRows: losing });

    await process(rows([10, 20]));

    expect(sent.map(({ topic }) => topic)).toEqual(['dead']);
    expect(headerOf(sent[0] as Sent, 'otelrows.dead_letter.reason')).toBe('defect');
    expect(headerOf(sent[0] as Sent, 'otelrows.dead_letter.stage')).toBe('send');
    expect(tally).toMatchObject({ records: 1, items: 0, deadLetteredRecords: 1 });
    expect(tally.deadLetters[0]?.defect?.message).toBe('row counts do not add up: of 2 rows, 1 were packed');
  });
});

test('items whose rows are too large are listed in their order, whoever has refused them', async () => {
  // The client refuses the first one, and what is known of the topic the second.
  const { sent, process } = setUp('none', 1400, { topicBytesMax: 1500 });

  await process(rows([1450, 5000, 10]));

  const deadLetter = sent.find(({ topic }) => topic === 'dead') as Sent;
  expect(headerOf(deadLetter, 'otelrows.dead_letter.item_indexes')).toBe('10-11');
});

describe('a dead-letter record that is sent only in a later turn', () => {
  const slowly = (answer: () => number[]) => {
    const sent: string[] = [];
    const send: Delivery['send'] = async messages => {
      await setImmediate();
      const refused = answer();
      sent.push(...messages.map(({ topic }) => topic));
      return refused;
    };
    return { sent, delivery: { ...dryRunDelivery(), send } };
  };
  const sender = recordSender(
    {
      deadLetterTopic: 'dead',
      headersOf: () => undefined,
      oversizePolicy: 'dead_letter',
      rowId: 'none',
      encodingOf: jsonOfAnyTopic,
    },
    { leastBytesMax: () => 1000, bytesMaxOf: () => 1000 },
  );

  test.each([
    ['of a record', poison(record(0, 0))],
    ['of items', rows([5000])],
  ])('%s: is waited for, as all that a commit makes final', async (_, processed) => {
    const { sent, delivery } = slowly(() => []);

    await sender.sendRecord(delivery, processed, zeroTally());

    expect(sent).toContain('dead');
  });

  test.each([
    ['of a record', poison(record(0, 0))],
    ['of items', rows([5000, 10])],
  ])('%s: that fails is a failure of the batch', async (_, processed) => {
    let calls = 0;
    const { delivery } = slowly(() => {
      calls += 1;
      if (processed.outcome === 'poison' || calls === 2) throw new AbortBatch('refused');
      return [];
    });

    await expect(sender.sendRecord(delivery, processed, zeroTally())).rejects.toThrow(AbortBatch);
  });
});
