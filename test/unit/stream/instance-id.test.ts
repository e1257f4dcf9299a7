import { randomUUID } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { claimInstanceId, type InstanceId } from '../../../src/stream/instance-id.js';

async function claim(group: string): Promise<InstanceId> {
  const claimed = await claimInstanceId(group);
  onTestFinished(() => claimed.release());
  return claimed;
}

test('fits into a transactional id and a Kafka metric: letters, digits, dot, underscore, dash', async () => {
  expect((await claim(randomUUID())).id).toMatch(/^[a-zA-Z0-9._-]+$/);
});

test('two workers of one group on one host have different names', async () => {
  const group = randomUUID();
  const ids = [await claim(group), await claim(group), await claim(group)].map(({ id }) => id);
  expect(new Set(ids).size).toBe(3);
});

test('two that claim at the same moment have different names', async () => {
  const group = randomUUID();
  const ids = (await Promise.all(Array.from({ length: 5 }, () => claim(group)))).map(({ id }) => id);
  expect(new Set(ids).size).toBe(5);
});

// Elsewhere there is no abstract socket, and each claim is random.
describe.runIf(process.platform === 'linux')('on Linux', () => {
  test('the first free name is claimed: that of a worker that has ended', async () => {
    const group = randomUUID();
    const [first, second] = [await claim(group), await claim(group)];
    expect(first.stable).toBe(true);
    first.release();

    const next = await claim(group);

    expect(next.id).toBe(first.id);
    expect(next.id).not.toBe(second.id);
  });

  test('workers of different groups do not compete', async () => {
    const [group, other] = [randomUUID(), randomUUID()];
    expect((await claim(group)).id).toBe((await claim(other)).id);
  });

  test('group ids that differ only far behind are different groups, and one of any length has many names', async () => {
    const stem = `${randomUUID()}${'g'.repeat(200)}`;
    const [here, there, second] = [await claim(`${stem}a`), await claim(`${stem}b`), await claim(`${stem}a`)];
    expect(here.id).toBe(there.id);
    expect(second.id).not.toBe(here.id);
  });
});
