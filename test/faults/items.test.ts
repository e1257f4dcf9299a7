import { expect, test } from 'vitest';
import { defaultConfig } from '../../src/config/schema.js';
import { createRandom } from '../../src/demo/telemetry/random.js';
import { createTransform } from '../../src/transform/transform-record.js';
import { asProtobuf } from './as-protobuf.js';
import { exportRequest, itemIdOfRow, itemIdText, parseItemId, type Signal } from './items.js';

test.each<Signal>(['traces', 'logs', 'metrics'])('%s rows tell the items that they were made of', signal => {
  const first = { partition: 11, sequence: 4_000_000 };
  const request = exportRequest({ signal, first, itemCount: 3, random: createRandom(1) });
  const transform = createTransform(defaultConfig());
  for (const value of [request, asProtobuf(signal, request)]) {
    const { messages } = transform(signal, 'auto', value);
    expect(messages.map(({ value }) => itemIdOfRow(signal, value))).toEqual(
      [0, 1, 2].map(more => ({ partition: 11, sequence: 4_000_000 + more })),
    );
  }
});

test('no item has the id that means none', () => {
  expect(itemIdText({ partition: 0, sequence: 0 })).toBe('0000000000000001');
  expect(() => parseItemId('undefined')).toThrow('not the identity of an item');
});
