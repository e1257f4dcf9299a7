import { expect, test } from 'vitest';
import { committedOffsets } from '../../../src/kafka/confluent/committed-offsets.js';
import type { NativeConsumer } from '../../../src/kafka/confluent/native.js';

const P0 = { topic: 'in', partition: 0 };

function ask(answer: unknown) {
  const native = {
    committed: (_: unknown, __: unknown, done: (e: null, v: unknown[]) => void) => done(null, [answer]),
  };
  return committedOffsets(native as unknown as NativeConsumer, [P0]);
}

test('an offset, and none yet', async () => {
  expect(await ask({ ...P0, offset: 7 })).toEqual([{ ...P0, offset: 7 }]);
  expect(await ask({ ...P0 })).toEqual([{ ...P0, offset: null }]);
  expect(await ask({ ...P0, offset: -1001 })).toEqual([{ ...P0, offset: null }]);
});

// The client gives no code with them.
test.each([
  ['Broker: Topic authorization failed', 'denied'],
  ['Broker: Group authorization failed', 'denied'],
  ['Broker: Not coordinator', 'retriable'],
  ['Broker: Coordinator load in progress', 'retriable'],
  ['Broker: Unknown topic or partition', 'unknown_topic'],
  ['Broker: something new', 'other'],
])('an error in the place of a partition, "%s", is %s', async (message, kind) => {
  await expect(ask(new Error(message))).rejects.toMatchObject({ kind });
});
