import type { MakeAct } from './action.js';
import { attributesReader, fieldOf, placeOf } from './item-values.js';

/** How many values `hashOf` may have. */
export const HASHES = 2 ** 32;

/**
 * Keeps a part of the items. What decides is a hash of the trace id, so every worker decides alike about the spans and logs of
 * a trace, however often their records are processed; the hash is independent of what samplers before have made of the id. Items
 * without what decides are each decided for themselves, by where their record stands.
 */
export const sample: MakeAct<'sample'> = ({ rate, by = 'trace_id' }, { kind }) => {
  const threshold = rate * HASHES;
  const place = typeof by === 'object' ? placeOf(by) : null;
  const attributes = place && attributesReader(place.level, kind);
  return (item, { record, itemIndex }) => {
    const text =
      attributes && place
        ? attributes(item).get(place.key)
        : by === 'trace_id'
          ? (fieldOf(item, 'TraceId') as string | undefined)
          : undefined;
    const decides = text || `${record.topic}/${record.partition}/${record.offset}/${itemIndex}`;
    return hashOf(decides) < threshold ? 'keep' : 'drop';
  };
};

/** FNV-1a of the units of a text, mixed at the end as MurmurHash3 does: all bits count, also of ids that only count up. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
