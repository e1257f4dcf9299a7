import { setTimeout as sleep } from 'node:timers/promises';
import { subscriptionOf } from '../config/inputs.js';
import { outputTopics } from '../config/output-topics.js';
import { Fatal, Rejoin } from '../errors.js';
import { adminOptions, consumerOptions } from '../kafka/client-options.js';
import { consumerGroup } from '../kafka/consumer-group.js';
import { KafkaFailure } from '../kafka/failure.js';
import type { InputConsumer, NextOffset } from '../kafka/ports.js';
import { loadTransform } from '../load-transform.js';
import type { AsyncStep } from '../transform/steps/step.js';
import { type Assignment, followAssignment } from './assignment.js';
import { closeAll } from './close-all.js';
import { prepareTopics } from './create-topics.js';
import { watchInputs } from './input-watch.js';
import { claimInstanceId } from './instance-id.js';
import { trackLag } from './lag.js';
import { missedRecordsFinder } from './missed-records.js';
import { openDelivery, runProcessor } from './processor.js';
import { type ProcessorRun, processorParts } from './processor-parts.js';
import type { Run } from './run.js';
import { tellBegins } from './tell-begins.js';
import { tellingMissed } from './tell-missed.js';

const MEASURE_INTERVAL_MS = 1_000;
/** A question for each idle partition, so not each second. */
const LOOK_AT_ENDS_INTERVAL_MS = 15_000;
const PROGRESS_INTERVAL_MS = 10_000;
const REJOIN_WAIT_MS = 1_000;
/** A worker that is replaced more often than this within the time shares its name with another one that also comes back. */
const REPLACED_MAX = 3;
const REPLACED_WITHIN_MS = 60_000;

/** What a worker is given. */
export interface WorkerSettings extends Run {
  /** What is done with items behind the rules and functions of the config. */
  steps?: readonly AsyncStep[];
}

type WorkerRun = Run & Pick<ProcessorRun, 'transform'>;

/**
 * Runs one worker: connects, joins the consumer group, and processes records until `run.stop` is aborted; then finishes the
 * running batch and leaves the group.
 *
 * @throws Fatal when it cannot work at all: credentials, rights, output topics, settings that the brokers refuse.
 */
export async function runWorker({ steps, ...run }: WorkerSettings): Promise<void> {
  const { config, events, stop } = run;
  // Before anything is connected: what is wrong with functions of users is wrong with every worker.
  const transform = await loadTransform(config, 'until_next_call', events.transformSaid, undefined, steps);
  const claimed = await claimInstanceId(consumerGroup(config));
  const instanceId = config.consumer.instance_id ?? claimed.id;
  try {
    await workAndRejoin({ ...run, transform }, instanceId);
  } catch (error) {
    // Stopped while it waited for brokers: there is nothing to finish.
    if (error !== stop.reason) throw error;
  } finally {
    claimed.release();
  }
  events.stopped();
}

/**
 * Works with one consumer after the other, for as long as each loses its place in the group:
 * - The group holds this worker's name for its dead self. Only static members of the `consumer` protocol meet that, until
 *   the session has ended.
 * - Another consumer took its place. That can be this worker itself: a static member whose coordinator was away for a
 *   session asks twice to join again, and the group takes the second question for a newcomer that replaces the first.
 *
 * @throws Fatal when its place is taken again and again: by another worker of the same name, which also comes back.
 */
async function workAndRejoin(run: WorkerRun, instanceId: string): Promise<void> {
  const { config, kafka, events, stop } = run;
  let replacedAt: number[] = [];
  while (!stop.aborted) {
    const consumer = await kafka.connectConsumer(consumerOptions(config, instanceId), {
      client: 'consumer',
      events,
      signal: stop,
    });
    try {
      await workUntilStopped(run, consumer, instanceId);
    } catch (error) {
      if (!(error instanceof Rejoin)) throw error;
      if (error.replaced) {
        const now = performance.now();
        replacedAt = [...replacedAt.filter(at => now - at < REPLACED_WITHIN_MS), now];
      }
      if (replacedAt.length > REPLACED_MAX) {
        throw new Fatal(
          `${error.message}. Another worker runs under the same consumer.instance_id, ${instanceId}.`,
        );
      }
      events.pollFailed(error.message, REJOIN_WAIT_MS);
      await sleep(REJOIN_WAIT_MS, undefined, { signal: stop }).catch(() => undefined);
    }
  }
}

async function workUntilStopped(run: WorkerRun, consumer: InputConsumer, instanceId: string): Promise<void> {
  const { config, events } = run;
  const assignment: Assignment = followAssignment(consumer, (event, owned) => {
    missed.forget(event.partitions);
    events.rebalanced(event, owned);
    if (event.kind === 'revoked') lag.revoked(event.partitions);
    // A dry run commits nothing, so its group never has offsets.
    else if (!config.dry_run) void tellBegins(consumer, event.partitions, begins, events);
  });
  const lag = trackLag(consumer, () => assignment.partitions);
  const missed = missedRecordsFinder(consumer, config.consumer.auto_offset_reset);
  // The answer may come when others own the partition already.
  const begins = { begin: (at: NextOffset) => assignment.owns(at) && missed.begin(at) };
  const parts = tellingMissed(
    { ...processorParts({ ...run, instanceId, consumer, assignment }), lag },
    missed,
  );
  const measuring = setInterval(() => {
    events.measured(lag.measure(), consumer.statistics()?.brokersUp ?? true);
    for (const range of missed.idle(assignment.partitions)) events.recordsMissed(range);
  }, MEASURE_INTERVAL_MS);
  const looking = setInterval(() => void lag.lookAtEnds(), LOOK_AT_ENDS_INTERVAL_MS);
  const ended = new AbortController();
  const progress = setInterval(events.progress, PROGRESS_INTERVAL_MS);
  try {
    if (!config.dry_run) await lookAtTopics(run);
    await openDelivery(parts);
    consumer.subscribe(subscriptionOf(config));
    events.started({
      group: consumerGroup(config),
      instance: instanceId,
      inputs: config.inputs.map(({ topic }) => topic),
      delivery: config.dry_run ? 'dry_run' : config.delivery,
      rowFormat: config.row_format,
    });
    void watchInputs(config.inputs, consumer, events, ended.signal);
    await runProcessor(parts);
  } finally {
    ended.abort();
    clearInterval(measuring);
    clearInterval(looking);
    clearInterval(progress);
    await closeAll([
      () => assignment.release(),
      // The producer first: its open transaction ends at the broker no later than with the next worker of this name.
      () => parts.delivery.close(),
      () => consumer.disconnect(),
    ]);
    events.progress();
  }
}

async function lookAtTopics({ config, kafka, events }: Run): Promise<void> {
  const admin = kafka.connectAdmin(adminOptions(config));
  try {
    await prepareTopics(admin, { inputs: config.inputs, outputs: outputTopics(config) }, events);
  } catch (error) {
    // Brokers that are away for a moment, that die while they are asked, or that know no such requests. Sending will
    // tell of a topic that is missing.
    if (!(error instanceof KafkaFailure) || error.kind === 'denied') throw error;
    events.topicsUnchecked(error.message);
  } finally {
    admin.disconnect();
  }
}
