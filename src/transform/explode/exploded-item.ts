import type { RowKind } from '../../tables/columns.js';
import type { RowOf } from '../../tables/row.js';
import type { ResourceContext } from './resource.js';

/** A span, a log record or a data point on its way to a row. */
export type ExplodedItem<Kinds extends RowKind = RowKind> = {
  [Kind in Kinds]: {
    readonly kind: Kind;
    readonly resource: ResourceContext;
    /** Makes the row, so that an item whose kind is switched off costs none. */
    readonly makeRow: () => RowOf<Kind>;
  };
}[Kinds];
