import { readFileSync } from 'node:fs';
import { InputInvalid } from '../../errors.js';
import { describeFileError } from '../../file-trouble.js';
import type { NextOffset } from '../../kafka/ports.js';

/** Where a replay begins or ends, as the user says it. */
export type Position =
  | { kind: 'earliest' }
  /** As far as committed records go at the start. */
  | { kind: 'now' }
  /** The first record that is not older; milliseconds since 1970. */
  | { kind: 'time'; ms: number }
  | { kind: 'offsets'; offsets: readonly NextOffset[]; fromFile?: true };

const OFFSET = /^([a-zA-Z0-9._-]+):(\d+):(\d+)$/;
const EPOCH_MS = /^\d{11,14}$/;
const ISO_TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/**
 * Reads `earliest`, `now`, a time (ISO 8601, or milliseconds since 1970), offsets (`topic:partition:offset`, separated by
 * commas), or the name of a file with one such offset on each line, where `#` begins a comment.
 *
 * @param option what to name in errors, such as `--from`.
 * @throws InputInvalid
 */
export function readPosition(text: string, option: string): Position {
  if (text === 'earliest' || text === 'now') return { kind: text };
  if (EPOCH_MS.test(text)) return { kind: 'time', ms: Number(text) };
  if (ISO_TIME.test(text)) {
    const ms = Date.parse(text);
    if (Number.isNaN(ms)) throw new InputInvalid(`${option} ${text}: there is no such time`);
    return { kind: 'time', ms };
  }
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
