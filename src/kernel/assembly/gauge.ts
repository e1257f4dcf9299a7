import { writeFloat } from './doubles';
import { writeUnsigned } from './integers';
import { slotsOf, writeName } from './literals';
import { Column as Common, writeExemplars, writePointColumns } from './point-columns';
import { flags, value } from './points';
import { Range } from './range';

/** The columns behind the common ones, in the order of the table. */
enum Column {
  Value = Common.End,
  Flags,
  Exemplars,
  End = Exemplars + 5,
}

export const GAUGE = 2;
const SLOTS = slotsOf(GAUGE);

export function writeGaugeRow(begin: usize, shared: Range): usize {
  let at = writePointColumns(begin, SLOTS, shared);
  at = writeName(at, SLOTS, Column.Value);
  at = writeFloat(at, value);
  at = writeName(at, SLOTS, Column.Flags);
  at = writeUnsigned(at, flags);
  at = writeExemplars(at, SLOTS, Column.Exemplars);
  return writeName(at, SLOTS, Column.End);
}
