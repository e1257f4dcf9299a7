import { adminOptions, readerOptions } from '../../kafka/client-options.js';
import { partitionName } from '../../kafka/names.js';
import { settledOffsets } from '../../kafka/once-coordinated.js';
import type { InputRecord, NextOffset } from '../../kafka/ports.js';
import { readRanges } from '../../kafka/read-ranges.js';
import {
  type DeadLetterFilter,
  type DeadLetterRecord,
  deadLetterOf,
  matches,
} from '../../messages/dead-letter-record.js';
import { planRanges } from '../replay/plan-ranges.js';
import { runConfig } from '../replay/run-parts.js';
import type { Run } from '../run.js';
import { deadLetterGroup, deadLetterPartitions } from './dead-letter-topic.js';
import { readRecord } from './read-record.js';

/** Much longer than a transaction is open by default, which holds back what is behind it. */
const STALL_MS = 60_000;

/** What was found of the dead-letter records that are meant. */
export interface DeadLetterList {
  /** The newest, oldest first, without their values. */
  deadLetters: readonly DeadLetterRecord[];
  /** How many there are, by reason. */
  byReason: ReadonlyMap<string, number>;
  /** Messages that are no dead letters of otelrows. */
  foreign: number;
}

/**
 * Reads the dead-letter topic through, up to what is there now.
 *
 * @param options.all also those that were replayed.
 * @param options.listedMax how many are kept, however many there are.
 */
export async function listDeadLetterTopic(
  { config, kafka, events, stop: signal }: Run,
  { filter, all, listedMax }: { filter: DeadLetterFilter; all: boolean; listedMax: number },
): Promise<DeadLetterList> {
  const group = deadLetterGroup(config);
  const admin = kafka.connectAdmin(adminOptions(config));
  const reader = await kafka.connectReader(readerOptions(runConfig(config, group)), {
    client: 'reader',
    events,
    signal,
  });
  try {
    const partitions = await deadLetterPartitions(admin, config);
    const ranges = await planRanges(admin, partitions, { kind: 'earliest' }, { kind: 'now' });
    const committed = all ? [] : await settledOffsets(reader, partitions, signal);
    const replayed = new Map(committed.map(at => [partitionName(at), at.offset ?? 0]));
    const left = ranges.map(range => ({
      ...range,
      from: Math.max(range.from, replayed.get(partitionName(range)) ?? 0),
    }));

    let deadLetters: DeadLetterRecord[] = [];
    let foreign = 0;
    const byReason = new Map<string, number>();
    const take = (record: InputRecord): void => {
      const deadLetter = deadLetterOf({ ...record, value: null, key: null });
      if (deadLetter === null) {
        foreign += 1;
      } else if (matches(deadLetter, filter)) {
        byReason.set(deadLetter.reason, (byReason.get(deadLetter.reason) ?? 0) + 1);
        deadLetters.push(deadLetter);
        // Not at each, because it sorts.
        if (deadLetters.length > 2 * listedMax) deadLetters = newest(deadLetters, listedMax);
      }
    };
    await readRanges(reader, left, take, { signal, stallMsMax: STALL_MS, onProgress: () => undefined });
    return { deadLetters: newest(deadLetters, listedMax), byReason, foreign };
  } finally {
    admin.disconnect();
    await reader.disconnect();
  }
}

function newest(deadLetters: readonly DeadLetterRecord[], countMax: number): DeadLetterRecord[] {
  return deadLetters.toSorted((a, b) => (a.time < b.time ? -1 : 1)).slice(-countMax);
}

/** One message of the dead-letter topic; `null` when it is not there. */
export async function findDeadLetter(
  { config, kafka, events, stop: signal }: Run,
  at: Pick<NextOffset, 'partition' | 'offset'>,
): Promise<InputRecord | null> {
  const reader = await kafka.connectReader(readerOptions(config), { client: 'reader', events, signal });
  const admin = kafka.connectAdmin(adminOptions(config));
  try {
    return await readRecord(admin, reader, { topic: config.dead_letter.topic.name, ...at });
  } finally {
    admin.disconnect();
    await reader.disconnect();
  }
}
