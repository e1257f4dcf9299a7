/** What was measured of one transform with one input. */
export interface Figures {
  signal: string;
  encoding: string;
  transform: string;
  inputBytesPerItem: number;
  bytesPerRow: number;
  /** CPU time, median of the rounds. */
  microsPerItem: number;
  /** That of the best round. */
  microsPerItemMin: number;
}

/** A table, and beside each line how it compares with its like in the baseline. */
export function renderFigures(figures: readonly Figures[], baseline: readonly Figures[]): string {
  const head = ['signal', 'encoding', 'transform', 'µs/item', 'best', 'items/CPU-s', 'row MB/CPU-s', 'B/row'];
  const lines = figures.map(figure => {
    const { signal, encoding, transform, microsPerItem, microsPerItemMin, bytesPerRow } = figure;
    const before = baseline.find(
      other => other.signal === signal && other.encoding === encoding && other.transform === transform,
    );
    return [
      signal,
      encoding,
      transform,
      microsPerItem.toFixed(3),
      microsPerItemMin.toFixed(3),
      Math.round(1e6 / microsPerItem).toLocaleString('en'),
      (bytesPerRow / microsPerItem).toFixed(0),
      bytesPerRow.toFixed(0),
      ...(before ? [`${(microsPerItem / before.microsPerItem).toFixed(2)} of baseline`] : []),
    ];
  });
  const widths = head.map((_, i) => Math.max(...[head, ...lines].map(line => (line[i] ?? '').length)));
  return [head, ...lines]
    .map(line => line.map((cell, i) => (i < 3 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))))
    .map(line => `${line.join('  ')}\n`)
    .join('');
}
