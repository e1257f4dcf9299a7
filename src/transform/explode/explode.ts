import type { DecodedRequest } from '../decode/decode-record.js';
import type { ExplodedItem } from './exploded-item.js';
import { logItems } from './logs.js';
import { metricItems } from './metrics.js';
import type { Shape } from './shape.js';
import { traceItems } from './traces.js';

/** Every span, log record or data point of the request, in input order. */
export function explode(decoded: DecodedRequest, shape: Shape): Generator<ExplodedItem> {
  switch (decoded.signal) {
    case 'traces':
      return traceItems(decoded.request, shape);
    case 'logs':
      return logItems(decoded.request, shape);
    case 'metrics':
      return metricItems(decoded.request, shape);
  }
}
