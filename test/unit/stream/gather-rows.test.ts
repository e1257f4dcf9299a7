import { describe, expect, test } from 'vitest';
import type { Packing, RowEncoding } from '../../../src/encodings/encoding.js';
import { AbortBatch } from '../../../src/errors.js';
import { header, rowHeaders } from '../../../src/messages/headers.js';
import type { ProcessedRecord } from '../../../src/messages/process-record.js';
import { zeroTally } from '../../../src/observe/counters.js';
import type { Delivery } from '../../../src/stream/delivery.js';
import { dryRunDelivery } from '../../../src/stream/dry-run.js';
import { type GatherRows, rowsGatherer } from '../../../src/stream/gather-rows.js';
import { checkCounts, recordSender } from '../../../src/stream/send-record.js';
import { jsonOfAnyTopic } from '../../support/json-rows.js';
import { record } from '../../support/scripted-kafka.js';

const FRAME_BYTES = 10;

/** Joins rows with a blank between them, in a frame of its own. */
const PACKING: Packing = {
  holds: 'rows_of_partition',
  frameBytesMax: FRAME_BYTES,
  betweenBytes: 1,
  bytesMax: 60,
  rowsMax: 5,
  join: rows => {
    if (rows.some(({ value }) => value.includes('broken'))) throw new Error('no row');
    return Buffer.from(`<${rows.map(({ value }) => value).join(' ')}>`);
  },
};

const encodingOf = (topic: string): RowEncoding => ({
  ...jsonOfAnyTopic(),
  packing: topic.startsWith('blocks') ? PACKING : null,
});

interface Setup {
  /** Per topic; 0 is unknown. */
  partitionCount?: number;
  bytesMax?: number;
  bytesMaxOf?: number;
  headers?: 'none' | 'standard';
  /** Refuses messages whose text holds this. */
  refuses?: string;
}

function setUp(options: Setup = {}) {
  const { partitionCount = 4, bytesMax = 1_000_000, bytesMaxOf = 1_000_000, headers = 'none' } = options;
  const limits = {
    leastBytesMax: () => bytesMaxOf,
    bytesMaxOf: (topic: string) => (topic === 'dead' ? 1_000_000 : bytesMaxOf),
  };
  const sent: string[] = [];
  const deadLetters: string[] = [];
  let asked = 0;
  const delivery: Delivery = {
    ...dryRunDelivery(),
    partitionCount: async topic => {
      asked += 1;
      if (partitionCount === 0) throw new AbortBatch(`send to ${topic}: its partitions are not known`);
      return partitionCount;
    },
    send: async (messages, all) =>
      messages.flatMap(({ topic, key, value, partition, headers: own = [] }, position) => {
        const text = String(value);
        if (topic === 'dead') {
          const header = (name: string) => own.find(one => one.key === name)?.value;
          deadLetters.push(
            `${header('__streams.errors.offset')}: ${header('otelrows.dead_letter.item_indexes')}`,
          );
          return [];
        }
        if (options.refuses !== undefined && text.includes(options.refuses)) return [position];
        const source = all?.find(({ key }) => key === 'otelrows.source.offset' || key === 'tenant')?.value;
        sent.push(`${topic} ${partition ?? `by ${key}`}${source ? ` of ${source}` : ''}: ${text}`);
        return [];
      }),
  };
  // The first letter of a key is its partition, so that tests can say it.
  const gather = rowsGatherer(
    ['blocks', 'blocks2', 'single'],
    encodingOf,
    key => (key === null ? null : Number(key)),
    limits,
    bytesMax,
  ) as GatherRows;
  const tally = zeroTally();
  const sender = recordSender(
    {
      deadLetterTopic: 'dead',
      headersOf: rowHeaders({ headers, copy_headers: ['tenant'], row_format: 'clickhouse' }),
      oversizePolicy: 'dead_letter',
      rowId: 'none',
      encodingOf,
    },
    limits,
    null,
    gather,
  );
  sender.beginBatch();
  return {
    sent,
    deadLetters,
    tally,
    askedCount: () => asked,
    sender,
    send: (offset: number, ...rows: Row[]) => sender.sendRecord(delivery, processed(offset, rows), tally),
    sendOf: (tenant: string | undefined, ...rows: Row[]) =>
      sender.sendRecord(delivery, processed(0, rows, tenant), tally),
    finish: () => sender.sendGathered(delivery, tally),
  };
}

type Row = [text: string, partition: number | null, topic?: string];

function processed(offset: number, rows: readonly Row[], tenant?: string): ProcessedRecord {
  // One memory for the rows of all records, as the kernel has it.
  MEMORY.fill(0);
  let at = 0;
  const messages = rows.map(([text, partition, topic = 'blocks'], itemIndex) => {
    const start = at;
    at += MEMORY.write(text, at);
    const key = partition === null ? null : Buffer.from(String(partition));
    return { topic, key, value: MEMORY.subarray(start, at), itemIndex };
  });
  return {
    record: record(0, offset, { headers: tenant === undefined ? [] : [header('tenant', tenant)] }),
    signal: 'traces',
    outcome: 'rows',
    transformed: { messages, itemCount: messages.length, filteredCount: 0 },
  };
}

const MEMORY = Buffer.alloc(10_000);

describe('rows of a batch', () => {
  test('are gathered by partition over its records, and sent at its end, in order', async () => {
    const { sent, send, finish, tally } = setUp();
    await send(0, ['a', 1], ['b', 2], ['c', 1]);
    await send(1, ['d', 2], ['e', 1]);
    expect(sent).toEqual([]);
    await finish();

    expect(sent).toEqual(['blocks 1: <a c e>', 'blocks 2: <b d>']);
    expect(tally).toMatchObject({ records: 2, items: 5, rows: 5, rowBytes: 5 });
    checkCounts(tally);
  });

  test('go to the topic of their kind, and those that are messages of their own are sent at once', async () => {
    const { sent, send, finish } = setUp();
    await send(0, ['a', 1], ['b', 1, 'blocks2'], ['c', 1, 'single']);
    expect(sent).toEqual(['single by 1: c']);
    await finish();
    expect(sent.slice(1)).toEqual(['blocks 1: <a>', 'blocks2 1: <b>']);
  });

  test('are sent as soon as a message has as many rows as it may have', async () => {
    const { sent, send, finish } = setUp();
    await send(0, ...Array.from({ length: 12 }, (_, i): Row => [`${i}`, 0]));
    expect(sent).toEqual(['blocks 0: <0 1 2 3 4>', 'blocks 0: <5 6 7 8 9>']);
    await finish();
    expect(sent.at(-1)).toBe('blocks 0: <10 11>');
  });

  test('are as many in a message as fit into it; a larger one is alone', async () => {
    const { sent, send, finish } = setUp();
    const [half, whole] = ['h'.repeat(25), 'w'.repeat(200)];
    await send(0, [half, 0], [half, 0], ['s', 0], [whole, 0], ['t', 0]);
    await finish();
    expect(sent.map(message => message.length - 'blocks 0: <>'.length)).toEqual([25, 27, 200, 1]);
  });

  test('make no message larger than its topic takes', async () => {
    const { sent, send, finish, tally, deadLetters } = setUp({ bytesMaxOf: 40 });
    await send(0, ['a'.repeat(14), 0], ['b'.repeat(15), 0], ['c'.repeat(16), 0], ['d'.repeat(31), 0]);
    await finish();
    expect(sent).toEqual([
      `blocks 0: <${'a'.repeat(14)} ${'b'.repeat(15)}>`,
      `blocks 0: <${'c'.repeat(16)}>`,
    ]);
    expect(deadLetters).toEqual(['0: 3']);
    expect(tally).toMatchObject({ items: 4, rows: 3, deadLetteredItems: 1 });
  });

  test('are all sent when so much is held that memory is short', async () => {
    const { sent, send } = setUp({ bytesMax: 6 });
    await send(0, ['aa', 0], ['bb', 1], ['cc', 0], ['dd', 1]);
    expect(sent).toEqual(['blocks 0: <aa cc>', 'blocks 1: <bb>']);
  });

  test('share no message with other records where headers name theirs', async () => {
    const { sent, send, finish } = setUp({ headers: 'standard' });
    await send(7, ['a', 1], ['b', 1]);
    await send(8, ['c', 1]);
    await finish();
    expect(sent).toEqual(['blocks 1 of 7: <a b>', 'blocks 1 of 8: <c>']);
  });

  test('share messages with records whose copied headers are the same, and with no others', async () => {
    const { sent, sendOf, finish } = setUp();
    await sendOf(undefined, ['a', 1]);
    await sendOf('x', ['b', 1]);
    await sendOf('x', ['c', 1], ['d', 2]);
    await sendOf('y', ['e', 1]);
    await sendOf(undefined, ['f', 1]);
    await sendOf(undefined, ['g', 1]);
    await finish();
    expect(sent).toEqual([
      'blocks 1: <a>',
      'blocks 1 of x: <b c>',
      'blocks 2 of x: <d>',
      'blocks 1 of y: <e>',
      'blocks 1: <f g>',
    ]);
  });

  test('that failed is dropped when the next one begins', async () => {
    const { sent, send, finish, sender } = setUp();
    await send(0, ['a', 1]);
    sender.beginBatch();
    await send(0, ['b', 2]);
    await finish();
    expect(sent).toEqual(['blocks 2: <b>']);
  });
});

describe('rows without a key', () => {
  test('go to one partition until a message is full, then to another', async () => {
    const { sent, send, finish } = setUp({ partitionCount: 50 });
    await send(0, ...Array.from({ length: 200 }, (): Row => ['x', null]));
    await finish();
    expect(sent).toHaveLength(200 / PACKING.rowsMax);
    const partitions = new Set(sent.map(message => message.split(':')[0]));
    expect(partitions.size).toBeGreaterThan(5);
  });
});

describe('the number of partitions', () => {
  test('is asked for once in a batch, so that the rows of a key stay together', async () => {
    const { send, finish, sender, askedCount } = setUp();
    await send(0, ['a', 1]);
    await send(1, ['b', 1]);
    await finish();
    expect(askedCount()).toBe(1);
    sender.beginBatch();
    await send(2, ['c', 1]);
    expect(askedCount()).toBe(2);
  });

  test('that is not known fails the batch, and says so', async () => {
    const { send } = setUp({ partitionCount: 0 });
    await expect(send(0, ['a', 1])).rejects.toThrow('send to blocks: its partitions are not known');
  });
});

describe('a message that is refused', () => {
  test('is sent row by row, and what is refused even so is dead-lettered with its own record', async () => {
    const { sent, send, finish, deadLetters, tally } = setUp({ refuses: 'x' });
    await send(3, ['a', 1], ['x1', 1]);
    await send(4, ['x2', 1], ['b', 1], ['x3', 1]);
    await finish();
    expect(sent).toEqual(['blocks 1: <a>', 'blocks 1: <b>']);
    expect(deadLetters).toEqual(['3: 1', '4: 0,2']);
    expect(tally).toMatchObject({ items: 5, rows: 2, deadLetteredItems: 3, deadLetteredRecords: 0 });
    checkCounts(tally);
  });

  test('by a defect costs the rows that it is about, not those beside them', async () => {
    const { sent, send, finish, deadLetters, tally } = setUp();
    await send(3, ['a', 1], ['broken', 1], ['b', 1]);
    await finish();
    expect(sent).toEqual(['blocks 1: <a>', 'blocks 1: <b>']);
    expect(deadLetters).toEqual(['3: 1']);
    expect(tally.deadLetters[0]).toMatchObject({ defect: { message: 'no row' } });
    checkCounts(tally);
  });
});
