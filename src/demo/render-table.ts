import type { SqlRow } from './clickhouse/embedded-clickhouse.js';

const COLUMN_WIDTH_MAX = 44;

/** Rows as lines of aligned columns under their names; numbers to the right, with their thousands apart. */
export function renderTable(rows: readonly SqlRow[]): string[] {
  const names = Object.keys(rows[0] ?? {});
  const columns = names.map(name => {
    const isNumber = rows.every(row => typeof row[name] === 'number');
    const cells = [name, ...rows.map(row => cellText(row[name] ?? '', decimalsOf(rows, name)))];
    const width = Math.max(...cells.map(cell => cell.length));
    return cells.map(cell => (isNumber ? cell.padStart(width) : cell.padEnd(width)));
  });
  return [...Array(rows.length + 1).keys()].map(line =>
    columns
      .map(cells => cells[line])
      .join('  ')
      .trimEnd(),
  );
}

/** All numbers of a column are shown with as many decimals as the one that needs most. */
function decimalsOf(rows: readonly SqlRow[], name: string): number {
  return Math.max(...rows.map(row => String(row[name]).split('.')[1]?.length ?? 0));
}

function cellText(value: string | number, decimals: number): string {
  if (typeof value === 'number') {
    return value.toLocaleString('en-US', {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    });
  }
  const line = value.replaceAll(/\s+/g, ' ');
  return line.length > COLUMN_WIDTH_MAX ? `${line.slice(0, COLUMN_WIDTH_MAX - 1)}…` : line;
}
