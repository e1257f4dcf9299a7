import { partitionName } from '../../kafka/names.js';
import type { DeadLetterRecord } from '../../messages/dead-letter-record.js';
import type { DeadLetterList } from '../../stream/dead-letters/list-dead-letters.js';
import { count } from '../replay/progress-text.js';

const MESSAGE_WIDTH_MAX = 80;
const COLUMNS = ['dead letter', 'time', 'source', 'stage', 'reason', 'attempts', 'message'] as const;

/** A line per dead-letter record under the names of the columns, and how many there are by reason. */
export function renderDeadLetters({ deadLetters, byReason, foreign }: DeadLetterList): string[] {
  const rows = [COLUMNS as readonly string[], ...deadLetters.map(cellsOf)];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map(cells => cells[column]?.length ?? 0)));
  const table = rows.map(cells =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const all = [...byReason.values()].reduce((sum, number) => sum + number, 0);
  const reasons = [...byReason]
    .sort((a, b) => b[1] - a[1])
    .map(([reason, number]) => `${reason} ${count(number)}`);
  return [
    ...(deadLetters.length > 0 ? [...table, ''] : []),
    all === 0
      ? 'No dead letters.'
      : `${count(all)} dead letters: ${reasons.join(', ')}.${deadLetters.length < all ? ` The newest ${count(deadLetters.length)} are shown.` : ''}`,
    ...(foreign > 0 ? [otherMessages(foreign)] : []),
  ];
}

/** What another program has written into the topic. */
export function otherMessages(foreign: number): string {
  return `${count(foreign)} other ${foreign === 1 ? 'message' : 'messages'} in the topic: no dead letters of otelrows.`;
}

function cellsOf(deadLetter: DeadLetterRecord): string[] {
  const { record, source, time, stage, reason, attempts, message } = deadLetter;
  const line = message.replaceAll(/\s+/g, ' ');
  return [
    `${record.partition}:${record.offset}`,
    time,
    `${partitionName(source)} @${source.offset}`,
    stage,
    reason,
    String(attempts),
    line.length > MESSAGE_WIDTH_MAX ? `${line.slice(0, MESSAGE_WIDTH_MAX - 1)}…` : line,
  ];
}

/** For programs: one object per dead-letter record. `items` are pairs, the first and the last of neighbours. */
export function deadLetterJson(deadLetter: DeadLetterRecord): string {
  const { record, source, time, stage, reason, attempts, message, items, leftOut } = deadLetter;
  return JSON.stringify({
    partition: record.partition,
    offset: record.offset,
    time,
    source,
    stage,
    reason,
    message,
    attempts,
    items,
    complete: leftOut === null,
  });
}
