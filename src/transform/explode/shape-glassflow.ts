import { attributePairs, lastOfEachKey } from './attributes.js';
import { hexOrZeros } from './ids.js';
import type { Shape } from './shape.js';
import { glassflowValueText } from './value-text.js';

/** The values that glassflowexporter sends. */
export const glassflowShape: Shape = {
  id: hexOrZeros,
  attributes: attributes => lastOfEachKey(attributePairs(attributes, glassflowValueText)),
  duration: (startUnixNano, endUnixNano) => BigInt.asIntN(64, endUnixNano - startUnixNano),
};
