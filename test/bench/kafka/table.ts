export type TableStyle = 'text' | 'markdown';

/** Names stand in the first two columns, numbers in all others. */
const NAME_COLUMNS = 2;

/** @param lines of equally many cells; the first one is the head. */
export function renderTable(lines: readonly (readonly string[])[], style: TableStyle): string {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map(line => (line[column] ?? '').length)),
  );
  const aligned = lines.map(line =>
    line.map((cell, column) =>
      column < NAME_COLUMNS ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    ),
  );
  if (style === 'text') return aligned.map(line => `${line.join('  ').trimEnd()}\n`).join('');
  const rule = widths.map((width, column) =>
    column < NAME_COLUMNS ? '-'.repeat(width) : `${'-'.repeat(Math.max(1, width - 1))}:`,
  );
  const [head, ...rest] = aligned;
  return [head ?? [], rule, ...rest].map(line => `| ${line.join(' | ')} |\n`).join('');
}
