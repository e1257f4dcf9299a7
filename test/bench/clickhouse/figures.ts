import { median } from '../kafka/runs.js';
import { renderTable, type TableStyle } from '../kafka/table.js';

/** What rows of one kind in one format took in one round. */
export interface Round {
  kind: string;
  format: string;
  /** Counts from 1. */
  round: number;
  bytesPerRow: number;
  lz4BytesPerRow: number;
  zstdBytesPerRow: number;
  /** CPU seconds of ClickHouse, all threads, per million rows. */
  parseSecondsPerMillion: number;
  /** Parsing included. */
  insertSecondsPerMillion: number;
}

/** What others are compared with. */
export const REFERENCE = 'json';

const HEAD = [
  'rows',
  'format',
  'B/row',
  'lz4',
  'zstd',
  'parse CPU-s/M',
  'least',
  'of json',
  'insert CPU-s/M',
  'least',
  'of json',
];

/** A line for each format of each kind: medians of the rounds and the least; ratios are medians of those of each round. */
export function renderRounds(rounds: readonly Round[], style: TableStyle): string {
  const names = [...new Set(rounds.map(({ kind, format }) => `${kind} ${format}`))];
  const lines = names.map(name => {
    const own = rounds.filter(({ kind, format }) => `${kind} ${format}` === name);
    const all = (figure: keyof Round) => own.map(round => Number(round[figure]));
    const times = (figure: 'parseSecondsPerMillion' | 'insertSecondsPerMillion') => [
      median(all(figure)).toFixed(2),
      Math.min(...all(figure)).toFixed(2),
      ratioToReference(own, rounds, figure)?.toFixed(2) ?? '-',
    ];
    const bytes = (['bytesPerRow', 'lz4BytesPerRow', 'zstdBytesPerRow'] as const).map(figure =>
      median(all(figure)).toFixed(0),
    );
    return [
      ...name.split(' '),
      ...bytes,
      ...times('parseSecondsPerMillion'),
      ...times('insertSecondsPerMillion'),
    ];
  });
  return renderTable([HEAD, ...lines], style);
}

/** @returns null when the reference was not measured. */
function ratioToReference(
  own: readonly Round[],
  rounds: readonly Round[],
  figure: 'parseSecondsPerMillion' | 'insertSecondsPerMillion',
): number | null {
  const ratios = own.flatMap(of => {
    const reference = rounds.find(
      other => other.kind === of.kind && other.round === of.round && other.format === REFERENCE,
    );
    return reference ? [of[figure] / reference[figure]] : [];
  });
  return ratios.length === 0 ? null : median(ratios);
}
