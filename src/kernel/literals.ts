import { columnsOf, type MetricTime, ROW_KINDS } from '../tables/columns.js';
import type { KernelInstance } from './instance.js';

const SLOT_BYTES = 64;
const LENGTH = 60;
const SLOTS_OF_KIND = 32;
/** The kernel copies this many bytes of a slot, whatever its length. */
const TEXT_BYTES_MAX = 48;

/** Writes the column names of each row kind, as they stand in a row, to where `assembly/literals.ts` takes them from. */
export function writeLiterals(instance: KernelInstance, metricTime: MetricTime): void {
  const bytes = instance.bytes();
  ROW_KINDS.forEach((kind, k) => {
    const names = columnsOf(kind, metricTime).map(
      ({ name }, i) => `${i === 0 ? '{' : ','}${JSON.stringify(name)}:`,
    );
    if (names.length >= SLOTS_OF_KIND) throw new RangeError(`too many columns: ${names.length} of ${kind}`);
    for (const [i, text] of [...names, '}'].entries()) {
      const slot = instance.places.literals + (k * SLOTS_OF_KIND + i) * SLOT_BYTES;
      const length = bytes.write(text, slot, SLOT_BYTES);
      if (length > TEXT_BYTES_MAX) throw new RangeError(`too long a column name: ${text}`);
      bytes.writeUInt32LE(length, slot + LENGTH);
    }
  });
}
