import { setTimeout as sleep } from 'node:timers/promises';
import { KafkaFailure } from './failure.js';

const ATTEMPTS_MAX = 20;
const RETRY_MS = 500;

/** Asks a group's coordinator: that of a new group, or of brokers that have just started, is known after a moment. */
export async function onceCoordinated<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      const passing = error instanceof KafkaFailure && error.kind === 'retriable';
      if (!passing || attempt === ATTEMPTS_MAX) throw error;
      await sleep(RETRY_MS);
    }
  }
}
