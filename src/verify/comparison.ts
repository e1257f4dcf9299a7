import type { Config } from '../config/schema.js';
import type { KafkaAdmin, TopicPartition, TopicReader } from '../kafka/ports.js';
import type { ReadProgress } from '../kafka/read-ranges.js';
import type { Identity } from './identities.js';
import type { Ledger } from './ledger.js';
import type { ComparedTopics } from './topics.js';

export interface VerifyOptions {
  /** `TOPIC` or `SIGNAL=TOPIC`; empty is what the config reads. */
  inputs: readonly string[];
  /** `TOPIC` or `KIND=TOPIC`; empty is what the config writes. */
  outputs: readonly string[];
  identity: Identity;
  /** The group that `reader` asks for its committed offsets; null makes the end of the inputs the bound. */
  group: string | null;
  /** Milliseconds since 1970; null is the beginning. */
  fromMs: number | null;
  /** Examples told of each fault. */
  examplesMax: number;
  /** Where the folder for what does not fit into memory is made. */
  tempDir: string;
}

export interface VerifyParts {
  config: Config;
  admin: KafkaAdmin;
  reader: TopicReader;
  signal: AbortSignal;
  onProgress(step: 'rows' | 'records' | 'rows_again' | 'comparing', progress: ReadProgress): void;
}

/** Much longer than a transaction is open by default, which holds back the rows behind it. */
export const STALL_MS = 60_000;

/** What both sides are written into. */
export interface Comparison {
  options: VerifyOptions;
  topics: ComparedTopics;
  ledger: Ledger;
  /** Every partition that is compared; entries of the ledger name them by their number here. */
  places: readonly TopicPartition[];
}

/** The number of a partition among the places. */
export function numbered(places: readonly TopicPartition[]): (at: TopicPartition) => number {
  const byTopic = new Map<string, number[]>();
  places.forEach(({ topic, partition }, place) => {
    const ofTopic = byTopic.get(topic) ?? [];
    ofTopic[partition] = place;
    byTopic.set(topic, ofTopic);
  });
  return ({ topic, partition }) => byTopic.get(topic)?.[partition] ?? 0;
}
