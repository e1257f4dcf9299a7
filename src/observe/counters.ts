import type { DeadLetterReason } from '../dead-letter-reasons.js';
import type { InputRecord } from '../kafka/ports.js';
import type { Signal } from '../transform/decode/otlp.js';
import { addCounts, type NamedCounts, NO_COUNTS } from '../transform/steps/named-counts.js';
import type { StepsOutcome } from '../transform/steps/run-steps.js';
import { addTally, type StepTally, zeroTallies } from '../transform/steps/tally.js';
import type { Suspicion } from '../transform/suspicion.js';
import type { PlainItems, PlainReason } from '../transform/transform-record.js';

/** What a worker has done since it started. Only committed batches count, but for the troubles at the end. */
export interface Counters {
  records: number;
  /** Spans, log records and data points. Always `rows + filtered + deadLetteredItems`. */
  items: number;
  rows: number;
  /** Of the rows' values, before compression. */
  rowBytes: number;
  /** Rows that are shorter than their item, to fit into a message. */
  truncated: number;
  /** Items of a kind that is switched off, and those that rules dropped. */
  filtered: number;
  /** Records without items that hold nothing: tombstones, empty values and empty requests. */
  emptyRecords: number;
  /** Records that hold something, and yet no item. */
  suspiciousRecords: number;
  /** Both, by topic. */
  withoutItemsBy: WithoutItemsBy;
  /** Items whose rows the plain engine made, because the kernel left them, by reason. */
  plainItemsBy: PlainItems;
  /** What the rules and functions did, in their order. */
  steps: StepTally[];
  /** What functions have counted, by the names they gave it. */
  functionCounts: NamedCounts;
  /** Items that functions dropped, by reason. */
  functionDrops: NamedCounts;
  /** Items whose row could not be sent, or not even made because a rule failed. */
  deadLetteredItems: number;
  /** The same, by reason. */
  deadLetteredItemsBy: ByReason;
  /** Records that could not become rows as a whole; their items are unknown. */
  deadLetteredRecords: number;
  /** The same, by reason. */
  deadLetteredRecordsBy: ByReason;
  /** Spent making rows of records. */
  transformMs: number;
  batches: number;
  aborts: number;
  producersReplaced: number;
  pollFailures: number;
  /** Records for which the plain transform took the place of the kernel, because that failed. */
  kernelFailures: number;
  /** Records at which otelrows failed, so that they became dead letters. */
  defects: number;
  /** Batches that were not done in their time, and were tried again with fewer records. */
  batchesTimedOut: number;
  /** Records that their topic had deleted before they were read. */
  missedRecords: number;
  rebalances: number;
  /** Times the group took this worker for dead. */
  timesLost: number;
}

/** Why a record that was decoded has no item. */
export const NO_ITEM_KINDS = ['tombstone', 'empty_value', 'empty_request', 'suspicious'] as const;

export type NoItemKind = (typeof NO_ITEM_KINDS)[number];

/** Records by topic. A map, since a topic may be called `constructor`. */
export type WithoutItemsBy = Map<string, Partial<Record<NoItemKind, number>>>;

/** Numbers of dead letters. */
export type ByReason = Partial<Record<DeadLetterReason, number>>;

/** What every batch adds to. */
const SUMMED = [
  'records',
  'items',
  'rows',
  'rowBytes',
  'truncated',
  'filtered',
  'emptyRecords',
  'suspiciousRecords',
  'deadLetteredItems',
  'deadLetteredRecords',
  'transformMs',
] as const satisfies readonly (keyof Counters)[];

/** What one batch adds. */
export interface BatchTally
  extends Pick<
    Counters,
    (typeof SUMMED)[number] | 'withoutItemsBy' | 'plainItemsBy' | 'steps' | 'functionCounts' | 'functionDrops'
  > {
  /** When the oldest record of the batch was written, in milliseconds since 1970; `null` when no record says. */
  oldestMs: number | null;
  /** Told of once they are committed: a batch that is done again sends them again. */
  deadLetters: DeadLetterNote[];
  /** The first suspicious record of each topic, told of like dead letters. */
  suspicious: SuspiciousRecord[];
}

/** A record that holds something, and yet no item. */
export interface SuspiciousRecord {
  record: InputRecord;
  signal: Signal | null;
  suspicion: Suspicion;
}

/** A dead letter that was sent. */
export interface DeadLetterNote {
  record: InputRecord;
  /** With `itemIndexes` it is some items of the record, otherwise the whole. */
  problem: { stage: string; reason: DeadLetterReason; message: string; itemIndexes?: readonly number[] };
  /** The record was too large for its dead letter, or too slow with it, which therefore has no value. */
  valueLeftOut: boolean;
  /** What is wrong with otelrows, when it is that. */
  defect?: Error;
}

/** @param rules their names: each counts from the start. */
export function zeroCounters(rules: readonly string[] = []): Counters {
  const { oldestMs: _, deadLetters: __, suspicious: ___, ...sums } = zeroTally();
  return {
    ...sums,
    steps: zeroTallies(rules),
    deadLetteredItemsBy: {},
    deadLetteredRecordsBy: {},
    batches: 0,
    aborts: 0,
    producersReplaced: 0,
    pollFailures: 0,
    kernelFailures: 0,
    defects: 0,
    batchesTimedOut: 0,
    missedRecords: 0,
    rebalances: 0,
    timesLost: 0,
  };
}

export function zeroTally(): BatchTally {
  return {
    records: 0,
    items: 0,
    rows: 0,
    rowBytes: 0,
    truncated: 0,
    filtered: 0,
    emptyRecords: 0,
    suspiciousRecords: 0,
    withoutItemsBy: new Map(),
    plainItemsBy: {},
    steps: [],
    functionCounts: NO_COUNTS,
    functionDrops: NO_COUNTS,
    deadLetteredItems: 0,
    deadLetteredRecords: 0,
    transformMs: 0,
    oldestMs: null,
    deadLetters: [],
    suspicious: [],
  };
}

/** Notes a record of the batch. */
export function countRecord(tally: BatchTally, timestampMs: number | null): void {
  tally.records += 1;
  if (timestampMs !== null && (tally.oldestMs === null || timestampMs < tally.oldestMs))
    tally.oldestMs = timestampMs;
}

/** Notes a record that was decoded and has no item. */
export function countWithoutItems(
  tally: BatchTally,
  record: InputRecord,
  signal: Signal | null,
  suspicion: Suspicion | undefined,
): void {
  const kind = noItemKind(record, suspicion);
  if (kind === 'suspicious') tally.suspiciousRecords += 1;
  else tally.emptyRecords += 1;
  addWithoutItems(tally.withoutItemsBy, record.topic, { [kind]: 1 });
  if (suspicion && !tally.suspicious.some(({ record: { topic } }) => topic === record.topic))
    tally.suspicious.push({ record, signal, suspicion });
}

function noItemKind({ value }: InputRecord, suspicion: Suspicion | undefined): NoItemKind {
  if (suspicion) return 'suspicious';
  if (value === null) return 'tombstone';
  return value.length === 0 ? 'empty_value' : 'empty_request';
}

/** Adds a batch that was committed. */
export function countBatch(counters: Counters, tally: BatchTally): void {
  counters.batches += 1;
  for (const name of SUMMED) counters[name] += tally[name];
  for (const [topic, counts] of tally.withoutItemsBy) addWithoutItems(counters.withoutItemsBy, topic, counts);
  addPlainItems(counters, tally.plainItemsBy);
  addTallies(counters, tally.steps);
  addNamedCounts(counters, tally);
  for (const { problem } of tally.deadLetters) {
    const { reason, itemIndexes } = problem;
    if (itemIndexes) add(counters.deadLetteredItemsBy, reason, itemIndexes.length);
    else add(counters.deadLetteredRecordsBy, reason, 1);
  }
}

function addWithoutItems(
  sums: WithoutItemsBy,
  topic: string,
  counts: Partial<Record<NoItemKind, number>>,
): void {
  const before = sums.get(topic) ?? {};
  const after = { ...before };
  for (const kind of NO_ITEM_KINDS)
    if (counts[kind] !== undefined) after[kind] = (before[kind] ?? 0) + counts[kind];
  sums.set(topic, after);
}

/** Adds what the kernel left. */
export function addPlainItems({ plainItemsBy }: Pick<Counters, 'plainItemsBy'>, items: PlainItems): void {
  for (const [reason, count] of Object.entries(items)) add(plainItemsBy, reason as PlainReason, count);
}

/** Adds what the rules and functions did. */
export function addSteps(
  sums: Pick<Counters, 'steps' | 'functionCounts' | 'functionDrops'>,
  { tallies, counts = NO_COUNTS, dropReasons = NO_COUNTS }: StepsOutcome,
): void {
  addTallies(sums, tallies);
  addNamedCounts(sums, { functionCounts: counts, functionDrops: dropReasons });
}

function addTallies(sums: Pick<Counters, 'steps'>, tallies: readonly StepTally[]): void {
  if (tallies.length > 0) sums.steps = tallies.map((tally, i) => addTally(tally, sums.steps[i]));
}

type Named = Pick<Counters, 'functionCounts' | 'functionDrops'>;

function addNamedCounts(sums: Named, { functionCounts, functionDrops }: Named): void {
  sums.functionCounts = addCounts(sums.functionCounts, functionCounts);
  sums.functionDrops = addCounts(sums.functionDrops, functionDrops);
}

function add<Reason extends string>(
  sums: Partial<Record<Reason, number>>,
  reason: Reason,
  count: number,
): void {
  sums[reason] = (sums[reason] ?? 0) + count;
}
