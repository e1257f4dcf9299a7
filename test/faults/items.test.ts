import { expect, test } from 'vitest';
import { defaultConfig } from '../../src/config/schema.js';
import { createTransform } from '../../src/create-transform.js';
import { asProtobuf } from './as-protobuf.js';
import { exportRequest, itemIdText, parseItemId, readRow, type Signal } from './items.js';

const SIGNALS: Signal[] = ['traces', 'logs', 'metrics'];
const first = { partition: 11, sequence: 4_000_000 };
const messagesOf = (signal: Signal, request: Buffer) =>
  createTransform(defaultConfig())(signal, 'auto', request).messages;

test.each(SIGNALS)('%s rows tell the items that they were made of', signal => {
  const request = exportRequest({ signal, first, itemCount: 3 });
  for (const value of [request, asProtobuf(signal, request)]) {
    expect(messagesOf(signal, value).map(({ value, key }) => readRow(signal, String(value), key))).toEqual(
      [0, 1, 2].map(more => ({ item: { ...first, sequence: first.sequence + more }, foreign: null })),
    );
  }
});

test.each(SIGNALS)('%s rows with the key or the columns of another item are not taken for whole', signal => {
  const rows = [first, { partition: 4, sequence: 17 }].flatMap(of =>
    messagesOf(signal, exportRequest({ signal, first: of, itemCount: 1 })),
  );
  const [one, other] = rows.map(({ value, key }) => ({ key, value: Buffer.from(value) }));
  if (!one || !other) throw new Error('no rows');
  expect(readRow(signal, String(one.value), other.key).foreign).toMatch(/^key is /);
  const mixed = { ...JSON.parse(`${one.value}`), ServiceName: JSON.parse(`${other.value}`).ServiceName };
  expect(readRow(signal, JSON.stringify(mixed), one.key).foreign).toMatch(/^ServiceName is /);
});

test('no item has the id that means none', () => {
  expect(itemIdText({ partition: 0, sequence: 0 })).toBe('0000000000000001');
  expect(() => parseItemId('undefined')).toThrow('not the identity of an item');
});
