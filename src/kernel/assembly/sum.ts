import { writeFloat } from './doubles';
import { writeSigned, writeUnsigned } from './integers';
import { slotsOf, writeName } from './literals';
import { Column as Common, writeExemplars, writePointColumns } from './point-columns';
import { flags, value } from './points';
import { Range } from './range';
import { writeWord } from './text';

/** The columns behind the common ones, in the order of the table. */
enum Column {
  Value = Common.End,
  Flags,
  Exemplars,
  AggregationTemporality = Exemplars + 5,
  IsMonotonic,
  End,
}

export const SUM = 3;
const SLOTS = slotsOf(SUM);

export function writeSumRow(begin: usize, shared: Range, temporality: i32, isMonotonic: bool): usize {
  let at = writePointColumns(begin, SLOTS, shared);
  at = writeName(at, SLOTS, Column.Value);
  at = writeFloat(at, value);
  at = writeName(at, SLOTS, Column.Flags);
  at = writeUnsigned(at, flags);
  at = writeExemplars(at, SLOTS, Column.Exemplars);
  at = writeName(at, SLOTS, Column.AggregationTemporality);
  at = writeSigned(at, temporality);
  at = writeName(at, SLOTS, Column.IsMonotonic);
  at = writeWord(at, isMonotonic ? 'true' : 'false');
  return writeName(at, SLOTS, Column.End);
}
