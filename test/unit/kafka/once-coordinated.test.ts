import { expect, onTestFinished, test, vi } from 'vitest';
import { Fatal } from '../../../src/errors.js';
import { type FailureKind, KafkaFailure } from '../../../src/kafka/failure.js';
import { onceCoordinated } from '../../../src/kafka/once-coordinated.js';

/** Each question takes so long, and fails with one of these, one after the other; then comes the answer. */
function coordinator(askMs: number, ...kinds: FailureKind[]): () => Promise<string> {
  let nowMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  onTestFinished(() => {
    vi.restoreAllMocks();
  });
  return async () => {
    nowMs += askMs;
    const kind = kinds.shift();
    if (kind) throw new KafkaFailure(kind, 'ask for committed offsets', 'Timed out', -185);
    return 'answer';
  };
}

test('a coordinator that is not known yet, and a transaction that is pending, are waited for', async () => {
  expect(await onceCoordinated(coordinator(10_000, 'indefinite', 'retriable', 'indefinite'))).toBe('answer');
});

test('not for ever', async () => {
  const pending = onceCoordinated(coordinator(31_000, 'indefinite', 'indefinite'));
  await expect(pending).rejects.toThrow(Fatal);
  await expect(pending).rejects.toThrow('A transaction that is still open');
  await expect(onceCoordinated(coordinator(31_000, 'retriable', 'retriable'))).rejects.toMatchObject({
    kind: 'retriable',
  });
});

test('what waiting does not change is told at once, and a pending transaction where that is asked for', async () => {
  await expect(onceCoordinated(coordinator(1, 'denied'))).rejects.toMatchObject({ kind: 'denied' });
  const ask = coordinator(1, 'retriable', 'indefinite');
  await expect(onceCoordinated(ask, { transactions: 'fail' })).rejects.toMatchObject({ kind: 'indefinite' });
});

test('a signal ends the wait', async () => {
  const stop = new AbortController();
  const asking = onceCoordinated(coordinator(1, 'retriable'), { signal: stop.signal });
  stop.abort(new Error('stopped'));
  await expect(asking).rejects.toThrow('stopped');
});
