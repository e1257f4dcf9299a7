import { createHash } from 'node:crypto';
import { type ReadRecord, visitAll } from '../support/kafka-client.js';
import type { FoundDeadLetter } from './checkers/dead-letters.js';

export function hashOf(value: Buffer | null): string {
  return createHash('sha256')
    .update(value ?? '')
    .digest('hex');
}

/** Every dead-letter record that a read-committed reader finds. */
export async function readDeadLetters(brokers: string, topic: string): Promise<FoundDeadLetter[]> {
  const deadLetters: FoundDeadLetter[] = [];
  await visitAll(brokers, topic, record => deadLetters.push(deadLetterOf(record)));
  return deadLetters;
}

/** `4` is one item, `4-6` are three. */
function itemsOf(range: string): number[] {
  const [first = Number.NaN, last = first] = range.split('-').map(Number);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** The header names are written out here: they are a promise to users, not something to share with the product. */
function deadLetterOf({ headers, value }: ReadRecord): FoundDeadLetter {
  const text = (name: string) => headers.find(([candidate]) => candidate === name)?.[1].toString('utf8');
  const indexes = text('otelrows.dead_letter.item_indexes');
  return {
    topic: text('__streams.errors.topic') ?? '?',
    partition: Number(text('__streams.errors.partition')),
    offset: Number(text('__streams.errors.offset')),
    valueHash: hashOf(value),
    itemIndexes: indexes === undefined ? null : indexes.split(',').flatMap(itemsOf),
  };
}
