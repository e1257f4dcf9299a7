import { readFileSync } from 'node:fs';
import { InputInvalid } from '../../errors.js';
import { describeFileError } from '../../file-trouble.js';
import type { NextOffset } from '../../kafka/ports.js';
import { timeOf } from './time.js';

/** Where a replay begins or ends, as the user says it. */
export type Position =
  | { kind: 'earliest' }
  /** As far as committed records go at the start. */
  | { kind: 'now' }
  /** The first record that is not older; milliseconds since 1970. */
  | { kind: 'time'; ms: number }
  | { kind: 'offsets'; offsets: readonly NextOffset[]; fromFile?: true };

const OFFSET = /^([a-zA-Z0-9._-]+):(\d+):(\d+)$/;

/**
 * Reads `earliest`, `now`, a time (ISO 8601, or milliseconds since 1970), offsets (`topic:partition:offset`, separated by
 * commas), or the name of a file with one such offset on each line, where `#` begins a comment.
 *
 * @param option what to name in errors, such as `--from`.
 * @throws InputInvalid
 */
export function readPosition(text: string, option: string): Position {
  if (text === 'earliest' || text === 'now') return { kind: text };
  const ms = timeOf(text, option);
  if (ms !== null) return { kind: 'time', ms };
  if (OFFSET.test(text.split(',')[0] ?? ''))
    return { kind: 'offsets', offsets: readOffsets(text.split(','), option) };
  return {
    kind: 'offsets',
    offsets: readOffsets(readLines(text, option), `${option} ${text}`),
    fromFile: true,
  };
}

function readOffsets(texts: readonly string[], where: string): NextOffset[] {
  const offsets = new Map<string, NextOffset>();
  for (const text of texts) {
    const found = OFFSET.exec(text.trim());
    if (!found) throw new InputInvalid(`${where}: "${text}" is not topic:partition:offset`);
    const [, topic = '', partition, offset] = found;
    const name = `${topic}:${partition}`;
    if (offsets.has(name)) throw new InputInvalid(`${where}: ${name} is there twice`);
    offsets.set(name, { topic, partition: Number(partition), offset: Number(offset) });
  }
  if (offsets.size === 0) throw new InputInvalid(`${where}: no offsets there`);
  return [...offsets.values()];
}

function readLines(file: string, option: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputInvalid(
      `${option} ${file} is not earliest, now, a time such as 2026-11-20T08:00:00Z, or topic:partition:offset, ` +
        `and as a file it ${describeFileError(error as NodeJS.ErrnoException)}`,
    );
  }
  return text
    .split('\n')
    .map(line => line.replace(/#.*/, '').trim())
    .filter(line => line !== '');
}

/**
 * Sees to it that something can be between two positions, whatever the topics hold.
 * @throws InputInvalid for an end that is not behind its beginning.
 */
export function checkOrder(from: Position, to: Position): void {
  if (from.kind === 'now') {
    throw new InputInvalid('--from now: a replay ends with what is there now, so nothing would be in it');
  }
  if (to.kind === 'earliest') throw new InputInvalid('--to earliest: nothing comes before the beginning');
  if (from.kind === 'time' && to.kind === 'time' && to.ms <= from.ms) {
    throw new InputInvalid(`--to ${describePosition(to)} is not after --from ${describePosition(from)}`);
  }
  if (from.kind === 'offsets' && to.kind === 'offsets') {
    for (const { topic, partition, offset } of to.offsets) {
      const begin = from.offsets.find(other => other.topic === topic && other.partition === partition);
      if (begin && offset < begin.offset) {
        throw new InputInvalid(
          `--to ${topic}:${partition}:${offset} is before --from, which is ${begin.offset} there`,
        );
      }
    }
  }
}

/** For the summary: what was understood. */
export function describePosition(position: Position): string {
  switch (position.kind) {
    case 'time':
      return new Date(position.ms).toISOString();
    case 'offsets':
      return `${position.offsets.length} given offsets`;
    default:
      return position.kind;
  }
}
