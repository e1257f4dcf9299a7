import type { Row } from '../../tables/row.js';
import type { Item } from './items.js';
import { logRow } from './logs.js';
import { type MetricColumns, metricColumns } from './metric-columns.js';
import { pointRow } from './metrics.js';
import { type ResourceContext, resourceContext, scopeContext } from './resource.js';
import type { Shape } from './shape.js';
import { traceRow } from './traces.js';

/** A row, and the resource that its key may be made of. */
export interface ExplodedItem {
  readonly row: Row;
  readonly resource: ResourceContext;
}

/**
 * Makes rows of the items of one request, in their order. What neighbours share is made once for all that follow each
 * other.
 */
export function createExplode(shape: Shape): (item: Item) => ExplodedItem {
  const resourceOf = forNeighbours(({ resource, schemaUrl }: Item['resource']) =>
    resourceContext(resource, schemaUrl, shape),
  );
  const scopeOf = forNeighbours(({ scope, schemaUrl }: Item['scope']) =>
    scopeContext(scope, schemaUrl, shape),
  );

  let lastMetric: { metric: object; resource: object; scope: object; columns: MetricColumns } | undefined;
  const columnsOf: typeof metricColumns = (metric, resource, scope) => {
    if (lastMetric?.metric !== metric || lastMetric.resource !== resource || lastMetric.scope !== scope) {
      lastMetric = { metric, resource, scope, columns: metricColumns(metric, resource, scope) };
    }
    return lastMetric.columns;
  };

  return item => {
    const resource = resourceOf(item.resource);
    const scope = scopeOf(item.scope);
    switch (item.kind) {
      case 'traces':
        return { row: traceRow(item, resource, scope, shape), resource };
      case 'logs':
        return { row: logRow(item, resource, scope, shape), resource };
      default:
        return { row: pointRow(item, columnsOf(item.metric, resource, scope), shape), resource };
    }
  };
}

/** The same function, which remembers what it made last. */
function forNeighbours<From extends object, Made>(make: (from: From) => Made): (from: From) => Made {
  let last: { from: From; made: Made } | undefined;
  return from => {
    if (last?.from !== from) last = { from, made: make(from) };
    return last.made;
  };
}
