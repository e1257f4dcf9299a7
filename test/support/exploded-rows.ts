import type { RowKind } from '../../src/tables/columns.js';
import type { Row } from '../../src/tables/row.js';
import type { Signal } from '../../src/transform/decode/otlp.js';
import {
  type ExplodeOptions,
  explodeLogs,
  explodeMetrics,
  explodeTraces,
} from '../../src/transform/explode-bytes.js';

export interface KindRow {
  readonly kind: RowKind;
  readonly row: Row;
}

/** The rows of a record of any signal, in input order, before they are encoded. */
export function explodedRows(signal: Signal, value: Uint8Array, options: ExplodeOptions = {}): KindRow[] {
  switch (signal) {
    case 'traces':
      return explodeTraces(value, options).map(row => ({ kind: 'traces', row }));
    case 'logs':
      return explodeLogs(value, options).map(row => ({ kind: 'logs', row }));
    case 'metrics':
      return explodeMetrics(value, options);
  }
}
