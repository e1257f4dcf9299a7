import { expect, test } from 'vitest';
import { closeAll } from '../../../src/stream/close-all.js';

test('runs every step in turn, and tells of the first that failed', async () => {
  const done: string[] = [];
  const closing = closeAll([
    () => {
      done.push('assignment');
      throw new Error('release');
    },
    async () => {
      await Promise.resolve();
      done.push('delivery');
      throw new Error('close');
    },
    () => done.push('consumer'),
  ]);

  await expect(closing).rejects.toThrow('release');
  expect(done).toEqual(['assignment', 'delivery', 'consumer']);
});

test('is silent when all goes well', async () => {
  await expect(closeAll([() => undefined])).resolves.toBeUndefined();
});
