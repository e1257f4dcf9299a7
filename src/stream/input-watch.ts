import { isPattern, reads } from '../config/input-topic.js';
import type { Input } from '../config/inputs.js';
import { KafkaFailure } from '../kafka/failure.js';
import type { InputConsumer } from '../kafka/ports.js';
import type { Events } from '../observe/events.js';

const LOOK_INTERVAL_MS = 5_000;
/** Patterns need the list of all topics, with all their partitions: a large cluster is asked less often for it. */
const LOOK_INTERVAL_PER_PARTITION_MS = 1;
const LOOK_INTERVAL_MS_MAX = 30_000;
/** Between two log lines about one missing input. */
const REMIND_INTERVAL_MS = 300_000;

/**
 * Looks again and again which inputs there are, until `stop`: the client itself looks for new topics and partitions only
 * every `kafka.metadata.refresh_interval_ms`, and says nothing of those that are missing.
 */
export async function watchInputs(
  inputs: readonly Input[],
  consumer: Pick<InputConsumer, 'askTopics'>,
  events: Pick<Events, 'inputMissing' | 'inputFound' | 'inputsLooked'>,
  stop: AbortSignal,
): Promise<void> {
  const watch = inputWatch(inputs, consumer, events);
  while (!stop.aborted) {
    const waitMs = await watch.look();
    await new Promise<void>(resolve => {
      const timer = setTimeout(done, waitMs);
      function done() {
        clearTimeout(timer);
        stop.removeEventListener('abort', done);
        resolve();
      }
      stop.addEventListener('abort', done);
    });
  }
}

/** @param now monotonic milliseconds. */
export function inputWatch(
  inputs: readonly Input[],
  consumer: Pick<InputConsumer, 'askTopics'>,
  events: Pick<Events, 'inputMissing' | 'inputFound' | 'inputsLooked'>,
  now: () => number = () => performance.now(),
) {
  const configured = inputs.map(({ topic }) => topic);
  const asked = configured.some(isPattern) ? 'all' : configured;
  /** The inputs' topics and their numbers of partitions at the last look. */
  let before = new Map<string, number>();
  /** When a missing input was named in the log. */
  const namedAt = new Map<string, number>();

  const tell = (found: ReadonlyMap<string, number>): void => {
    for (const input of configured) {
      const topics = [...found.keys()].filter(topic => reads(input, topic));
      const named = namedAt.get(input);
      if (topics.length > 0) {
        if (namedAt.delete(input)) events.inputFound(input, topics);
      } else if (named === undefined || now() - named >= REMIND_INTERVAL_MS) {
        namedAt.set(input, now());
        events.inputMissing(input);
      }
    }
    events.inputsLooked([...namedAt.keys()]);
  };

  return {
    /** Looks once. @returns after how many milliseconds to look again. */
    look: async (): Promise<number> => {
      try {
        const all = await consumer.askTopics(asked);
        const found = new Map([...all].filter(([topic]) => configured.some(input => reads(input, topic))));
        const changed =
          found.size !== before.size || [...found].some(([topic, count]) => before.get(topic) !== count);
        // The client takes what it is told of single topics for none of its business.
        if (changed && asked !== 'all') await consumer.askTopics('all');
        before = found;
        tell(found);
        if (asked !== 'all') return LOOK_INTERVAL_MS;
        const partitions = [...all.values()].reduce((sum, count) => sum + count, 0);
        return Math.min(
          Math.max(LOOK_INTERVAL_MS, partitions * LOOK_INTERVAL_PER_PARTITION_MS),
          LOOK_INTERVAL_MS_MAX,
        );
      } catch (error) {
        // Brokers that are away, which is told elsewhere: nothing is known then that was not known before.
        if (!(error instanceof KafkaFailure)) throw error;
        return LOOK_INTERVAL_MS;
      }
    },
  };
}
