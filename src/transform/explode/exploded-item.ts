import type { RowKind } from '../../tables/columns.js';
import type { Row } from '../../tables/row.js';
import type { ResourceContext } from './resource.js';

/** A span, a log record or a data point on its way to a row. */
export interface ExplodedItem {
  readonly kind: RowKind;
  readonly resource: ResourceContext;
  /** Makes the row, so that an item whose kind is switched off costs none. */
  readonly makeRow: () => Row;
}
