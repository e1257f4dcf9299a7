import { expect, test } from 'vitest';
import { missedRecordsFinder } from '../../../src/stream/missed-records.js';
import type { ProcessorParts } from '../../../src/stream/processor.js';
import { tellingMissed } from '../../../src/stream/tell-missed.js';
import { failure, record, scriptedConsumer } from '../../support/scripted-kafka.js';

test('what was missed is told once, with the commit that works, also when the one before it did not', async () => {
  const consumer = scriptedConsumer([], { records: [record(0, 5)] });
  consumer.watermarks = () => ({ low: 5, high: 6 });
  const said: string[] = [];
  const ends = [failure('abortable'), null];
  const parts = tellingMissed(
    {
      consumer,
      delivery: {
        commit: async () => {
          const error = ends.shift();
          if (error) throw error;
          said.push('committed');
        },
      },
      assignment: { nextOffset: () => 3 },
      events: {
        recordsMissed: ({ from, to }: { from: number; to: number }) => said.push(`missed ${from} to ${to}`),
      },
    } as unknown as ProcessorParts,
    missedRecordsFinder(consumer, 'earliest'),
  );
  const next = [{ topic: 'in', partition: 0, offset: 6 }];

  await parts.consumer.poll(10, 0);
  await expect(parts.delivery.commit(next)).rejects.toMatchObject({ kind: 'abortable' });
  await parts.consumer.seek({ topic: 'in', partition: 0, offset: 3 });
  await parts.consumer.poll(10, 0);
  await parts.delivery.commit(next);

  expect(said).toEqual(['committed', 'missed 3 to 5']);
});
