import { testBroker } from './broker.js';
import { endOffsets } from './kafka-client.js';
import { untilTrue, type WorkerProcess } from './worker.js';

/**
 * Kills a busy worker at a moment at which its transaction is open and has messages in the topic. It is stopped before
 * anyone looks, so what was seen is what is killed.
 */
export async function killInTransaction(
  { process: worker, kill }: WorkerProcess,
  topic: string,
): Promise<void> {
  await untilTrue(async () => {
    worker.kill('SIGSTOP');
    // Twice, since an end that was on its way already arrives all the same.
    if ((await hasOpenTransaction(topic)) && (await hasOpenTransaction(topic))) return true;
    worker.kill('SIGCONT');
    return false;
  });
  await kill();
}

async function hasOpenTransaction(topic: string): Promise<boolean> {
  const stable = await endOffsets(testBroker(), topic, 'read_committed');
  const all = await endOffsets(testBroker(), topic, 'read_uncommitted');
  return [...all].some(([partition, end]) => end > (stable.get(partition) ?? 0));
}
