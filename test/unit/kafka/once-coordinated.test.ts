import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Fatal } from '../../../src/errors.js';
import { type FailureKind, KafkaFailure } from '../../../src/kafka/failure.js';
import { onceCoordinated, settledOffsets } from '../../../src/kafka/once-coordinated.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Each question takes so long, and fails with one of these, one after the other; then comes the answer. */
function coordinator(askMs: number, ...kinds: FailureKind[]): () => Promise<string> {
  return async () => {
    vi.advanceTimersByTime(askMs);
    const kind = kinds.shift();
    if (kind) throw new KafkaFailure(kind, 'ask for committed offsets', 'Timed out', -185);
    return 'answer';
  };
}

/** Lets the waits between the questions pass. */
async function waited<T>(answer: Promise<T>): Promise<T> {
  answer.catch(() => undefined);
  await vi.runAllTimersAsync();
  return answer;
}

test('a coordinator that is not known yet, and a transaction that is pending, are waited for', async () => {
  const ask = coordinator(10_000, 'indefinite', 'retriable', 'indefinite');
  expect(await waited(onceCoordinated(ask))).toBe('answer');
});

test('not for ever', async () => {
  const pending = waited(onceCoordinated(coordinator(31_000, 'indefinite', 'indefinite')));
  await expect(pending).rejects.toThrow(Fatal);
  await expect(pending).rejects.toThrow('A transaction that is still open');
  const unknown = waited(onceCoordinated(coordinator(31_000, 'retriable', 'retriable')));
  await expect(unknown).rejects.toMatchObject({ kind: 'retriable' });
});

test('what waiting does not change is told at once, and a pending transaction where that is asked for', async () => {
  await expect(onceCoordinated(coordinator(1, 'denied'))).rejects.toMatchObject({ kind: 'denied' });
  const ask = coordinator(1, 'retriable', 'indefinite');
  const asking = waited(onceCoordinated(ask, { transactions: 'fail' }));
  await expect(asking).rejects.toMatchObject({ kind: 'indefinite' });
});

test('a signal ends the wait', async () => {
  const stop = new AbortController();
  const asking = onceCoordinated(coordinator(1, 'retriable'), { signal: stop.signal });
  await vi.advanceTimersByTimeAsync(0);
  stop.abort(new Error('stopped'));
  // No timer has to pass for it.
  await expect(asking).rejects.toThrow('stopped');
});

test('committed offsets are asked for until there is an answer for each partition', async () => {
  const at = (partition: number) => ({ topic: 'in', partition, offset: 7 });
  const answers = [[at(0)], [at(0), at(1)]];
  const client = { committed: async () => answers.shift() ?? [] };
  expect(await waited(settledOffsets(client, [at(0), at(1)]))).toEqual([at(0), at(1)]);
  await expect(waited(settledOffsets(client, [at(1)]))).rejects.toThrow('no answer for in-1, for 60 s');
});
