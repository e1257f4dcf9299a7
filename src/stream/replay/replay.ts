import { createHash, randomUUID } from 'node:crypto';
import { inputFinder } from '../../config/inputs.js';
import { outputTopics } from '../../config/output-topics.js';
import type { Config } from '../../config/schema.js';
import { Fatal, InputInvalid } from '../../errors.js';
import { partitionName } from '../../kafka/names.js';
import { type OffsetRange, spanOf } from '../../kafka/offset-range.js';
import { settledOffsets } from '../../kafka/once-coordinated.js';
import type { CommittedOffset, NextOffset, TopicPartition } from '../../kafka/ports.js';
import { openDelivery } from '../processor.js';
import type { Run } from '../run.js';
import { boundedRun } from './bounded-run.js';
import { type ClaimedRange, claim, claimedDelivery, type Hold, holdOf } from './claim.js';
import { suffixOutputs } from './output-suffix.js';
import { planRanges } from './plan-ranges.js';
import type { Position } from './position.js';
import { inputPartitions } from './replay-topics.js';
import { noteOf, type RunNote } from './run-note.js';
import { type Clients, prepareOutputs, runConfig, runParts, withClients } from './run-parts.js';

export interface ReplayRequest {
  /** Keeps how far it got. Not the worker's. */
  group: string;
  /** Names of input topics; none = all. */
  topics: readonly string[];
  from: Position;
  to: Position;
  /** As the user wrote them; a replay that goes on must be asked for in the same words. */
  asked: { from: string; to: string };
  /** Begin anew, whatever the group has done. */
  restart: boolean;
  /** The user has agreed already, so that a transaction which a killed run has left open need not be waited for. */
  agreed: boolean;
  outputSuffix?: string | undefined;
  rowsPerSecondMax?: number | undefined;
}

/** What a replay is about to do. */
export interface ReplayPlan {
  /** `empty`: there is nothing between the positions. */
  state: 'new' | 'resumed' | 'complete' | 'empty';
  group: string;
  /** From where it goes on, to where it ends. */
  ranges: readonly OffsetRange[];
  /** Offsets that are done already, and all of them. */
  doneOffsets: number;
  allOffsets: number;
  outputs: readonly string[];
  /** Whether the rows go to topics of their own. */
  otherOutputs: boolean;
}

export interface ReplayHooks {
  /** Asked before anything is written; false ends it. */
  confirm(plan: ReplayPlan): Promise<boolean>;
  /** Told after each commit. */
  progressed(doneOffsets: number): void;
}

/** `unbegun`: stopped before anything was written. `declined` also when there was nothing to do. */
export type ReplayEnd = 'done' | 'stopped' | 'unbegun' | 'declined';

/**
 * Processes ranges of the input topics as a worker would, under a group of its own, exactly once: rows and progress are
 * committed in the same transactions. The group's offsets are all its state, so it goes on from any interruption.
 *
 * @throws InputInvalid for a request that cannot be meant.
 * @throws Fatal when it cannot work, or another replay has taken the group over.
 */
export async function replay(run: Run, request: ReplayRequest, hooks: ReplayHooks): Promise<ReplayEnd> {
  const { config, stop } = run;
  const { group } = request;
  if (group === config.consumer.group_id) {
    throw new InputInvalid(
      `--group ${group} is the worker's own group. Choose another name, or let the workers do it with --reset-group.`,
    );
  }
  return withClients(run, group, async clients => {
    const outputs = request.outputSuffix
      ? await suffixOutputs(clients.admin, config, request.outputSuffix)
      : config;
    const own = { ...run, config: runConfig(outputs, group) };
    const id = randomUUID();
    const hold = holdOf({ consumer: clients.consumer, group, run: id }, stop);
    const parts = await runParts(own, clients.consumer, hold);
    const job: Job = { ...own, request, id, clients, hold, parts };
    try {
      if (request.agreed) await openDelivery(parts);
      const planned = await makePlan(job);
      const { state } = planned.plan;
      // One that is empty leaves no note: the next one may be asked for in other words.
      if (!(await hooks.confirm(planned.plan)) || state === 'complete' || state === 'empty')
        return 'declined';
      return await carryOut(job, planned, hooks);
    } finally {
      await parts.delivery.close();
    }
  });
}

/** What stays the same through a run. */
interface Job extends Run {
  request: ReplayRequest;
  /** Of this run: its notes have it. */
  id: string;
  clients: Clients;
  hold: Hold;
  parts: Awaited<ReturnType<typeof runParts>>;
}

interface Planned {
  plan: ReplayPlan;
  partitions: readonly TopicPartition[];
  ranges: readonly ClaimedRange[];
  /** The config with no other inputs than those that have something to read. */
  reading: Config;
}

async function makePlan(job: Job): Promise<Planned> {
  const { config, request, clients, stop } = job;
  const { admin, consumer } = clients;
  const partitions = await inputPartitions(admin, config.inputs, request.topics);
  const found = await settledOffsets(consumer, partitions, stop);
  refuseStrangers(request.group, found, await admin.hasMembers(request.group));

  const left = request.restart ? [] : leftOf(job, found);
  const ranges =
    left.length > 0
      ? left
      : (await planRanges(admin, partitions, request.from, request.to)).map(range => ({
          ...range,
          note: noteFor(job, range),
        }));
  const allOffsets = ranges.reduce((sum, { note }) => sum + note.to - note.from, 0);
  const leftOffsets = spanOf(ranges);
  const resumed = left.length > 0;
  // Without those that a restart has taken out.
  const shown = resumed ? ranges.filter(({ note }) => note.from < note.to) : ranges;
  const inputOf = inputFinder(config.inputs);
  const read = new Set(shown.filter(({ from, to }) => from < to).map(({ topic }) => inputOf(topic)));
  const reading = { ...config, inputs: [...read] };
  return {
    plan: {
      state: resumed ? (leftOffsets === 0 ? 'complete' : 'resumed') : leftOffsets === 0 ? 'empty' : 'new',
      group: request.group,
      ranges: shown,
      doneOffsets: allOffsets - leftOffsets,
      allOffsets,
      outputs: outputTopics(reading).map(({ name }) => name),
      otherOutputs: request.outputSuffix !== undefined,
    },
    partitions,
    ranges,
    reading,
  };
}

async function carryOut(job: Job, planned: Planned, hooks: ReplayHooks): Promise<ReplayEnd> {
  const { request, clients, hold, parts, events } = job;
  const { admin, consumer } = clients;
  await prepareOutputs(admin, planned.reading, events);
  const ranges = await claim({ ...parts, consumer, hold, partitions: planned.partitions }, found =>
    decide(job, planned, found),
  );
  if (ranges === null) return 'unbegun';
  const next = new Map(ranges.map(range => [partitionName(range), range.from]));
  const done = await boundedRun({
    consumer,
    ranges,
    parts: { ...parts, delivery: claimedDelivery(parts.delivery, ranges) },
    rowsPerSecondMax: request.rowsPerSecondMax,
    committed: nextOffsets => {
      for (const at of nextOffsets) next.set(partitionName(at), at.offset);
      hooks.progressed(
        ranges.reduce(
          (sum, range) => sum + (next.get(partitionName(range)) ?? range.from) - range.note.from,
          0,
        ),
      );
    },
  });
  return done ? 'done' : 'stopped';
}

/** What to do with the offsets as they are once nobody else can change them. The user has agreed to the plan only. */
function decide(
  job: Job,
  { plan, ranges }: Planned,
  found: readonly CommittedOffset[],
): readonly ClaimedRange[] {
  const notes = found.flatMap(offset => noteOf(offset) ?? []);
  const ours = notes.length > 0 && notes.every(({ run }) => run === job.id);
  if (plan.state === 'resumed' || ours) return leftOf(job, found);
  if (notes.length > 0 && !job.request.restart) {
    throw new Fatal(
      `Another replay has begun under the group ${plan.group} just now. Choose another --group.`,
    );
  }
  return withCount([...ranges, ...takenOut(job, found, ranges)]);
}

/**
 * Partitions that belonged to the replay before a restart, and do not belong to this one: their notes become of this one
 * too, with nothing to do. Else the group would hold two replays, and could go on with neither.
 */
function takenOut(
  job: Job,
  found: readonly CommittedOffset[],
  ranges: readonly ClaimedRange[],
): ClaimedRange[] {
  const chosen = new Set(ranges.map(partitionName));
  return found.flatMap(({ topic, partition, offset }) => {
    if (offset === null || chosen.has(partitionName({ topic, partition }))) return [];
    const range = { topic, partition, from: offset, to: offset };
    return [{ ...range, note: noteFor(job, range) }];
  });
}

function noteFor(job: Job, { from, to }: OffsetRange): RunNote {
  return { run: job.id, from, to, partitions: 0, asked: askedOf(job) };
}

function withCount(ranges: readonly ClaimedRange[]): ClaimedRange[] {
  return ranges.map(range => ({ ...range, note: { ...range.note, partitions: ranges.length } }));
}

/**
 * Where the replay of the group goes on.
 * @throws InputInvalid when it is another one than was asked for, or not all of it is known any more.
 */
function leftOf(job: Job, found: readonly CommittedOffset[]): ClaimedRange[] {
  const asked = askedOf(job);
  const left = found.flatMap(offset => {
    const note = noteOf(offset);
    if (note === null || offset.offset === null) return [];
    for (const [what, text] of Object.entries(asked)) {
      if (note.asked[what] !== text)
        throw new InputInvalid(otherReplay(job.request.group, what, note.asked[what], text));
    }
    const { topic, partition } = offset;
    return [{ topic, partition, from: offset.offset, to: note.to, note: { ...note, run: job.id } }];
  });
  const forgotten = (left[0]?.note.partitions ?? 0) - left.length;
  if (forgotten > 0) {
    throw new InputInvalid(
      `The replay of the group ${job.request.group} cannot go on: the offsets of ${forgotten} of its partitions are ` +
        'gone. Brokers delete those that are older than their offsets.retention.minutes. Choose another --group and ' +
        'say with --from topic:partition:offset what is left, or begin anew with --restart.',
    );
  }
  return left;
}

function otherReplay(group: string, what: string, before: string | undefined, now: string): string {
  const change =
    what === 'from' || what === 'to' ? `--${what} was ${before} and is ${now}` : `other ${what} than before`;
  return (
    `The group ${group} holds another replay (${change}). Give the options that it was begun with, ` +
    'choose another --group, or begin anew with --restart.'
  );
}

/** What must be the same for a replay to go on. Names of topics are many; a short hash of them does. */
function askedOf({ config, request }: Job): Record<string, string> {
  return {
    from: brief(request.asked.from, request.from),
    to: brief(request.asked.to, request.to),
    topics: hash(request.topics.toSorted().join(',')),
    'output topics': hash(
      outputTopics(config)
        .map(({ name }) => name)
        .join(','),
    ),
  };
}

const BRIEF_MAX = 100;

/** Of a file its content counts as well as its name. */
function brief(text: string, position: Position): string {
  if (position.kind === 'offsets' && position.fromFile) {
    return `${text.slice(-BRIEF_MAX)} (${hash(position.offsets.map(textOf).sort().join(','))})`;
  }
  return text.length > BRIEF_MAX ? `${text.slice(0, 20)}… (${hash(text)})` : text;
}

function textOf({ topic, partition, offset }: NextOffset): string {
  return `${topic}:${partition}:${offset}`;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/** @throws InputInvalid for a group that is not a replay's. */
function refuseStrangers(group: string, found: readonly CommittedOffset[], hasMembers: boolean): void {
  const stranger = found.find(offset => offset.offset !== null && noteOf(offset) === null);
  if (!hasMembers && !stranger) return;
  const why = stranger
    ? `has committed offsets of ${partitionName(stranger)} that no replay has made`
    : 'has members';
  throw new InputInvalid(`The group ${group} ${why}. Choose a group of its own for the replay with --group.`);
}
