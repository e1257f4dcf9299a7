import { attributePairs } from './attributes.js';
import { hexOrEmpty } from './ids.js';
import type { Shape } from './shape.js';
import { valueText } from './value-text.js';

/** The values that the collector's clickhouseexporter stores. */
export const clickhouseShape: Shape = {
  // Empty, not zeros: `ParentSpanId = ''` is how queries find root spans.
  id: hexOrEmpty,
  attributes: attributes => attributePairs(attributes, valueText),
  // The column is unsigned: an end before the start wraps around, as the exporter's conversion does.
  duration: (startUnixNano, endUnixNano) => BigInt.asUintN(64, endUnixNano - startUnixNano),
};
