import { writeFloat } from './doubles';
import { writeUnsigned } from './integers';
import { closeList, openList, writeComma } from './lists';
import { slotsOf, writeName } from './literals';
import { PARTS } from './memory';
import { Column as Common, writePointColumns } from './point-columns';
import { count, flags, partsEnd, quantile, quantileValue, readQuantile, sum } from './points';
import { Range } from './range';

/** The columns behind the common ones, in the order of the table. */
enum Column {
  Count = Common.End,
  Sum,
  Quantiles,
  Values,
  Flags,
  End,
}

export const SUMMARY = 6;
const SLOTS = slotsOf(SUMMARY);

export function writeSummaryRow(begin: usize, shared: Range): usize {
  let at = writePointColumns(begin, SLOTS, shared);
  at = writeName(at, SLOTS, Column.Count);
  at = writeUnsigned(at, count);
  at = writeName(at, SLOTS, Column.Sum);
  at = writeFloat(at, sum);
  at = openList(writeName(at, SLOTS, Column.Quantiles));
  for (let part = PARTS; part < partsEnd; part += sizeof<Range>()) {
    readQuantile(load<u64>(part));
    at = writeComma(writeFloat(at, quantile));
  }
  at = openList(writeName(closeList(at), SLOTS, Column.Values));
  for (let part = PARTS; part < partsEnd; part += sizeof<Range>()) {
    readQuantile(load<u64>(part));
    at = writeComma(writeFloat(at, quantileValue));
  }
  at = writeName(closeList(at), SLOTS, Column.Flags);
  at = writeUnsigned(at, flags);
  return writeName(at, SLOTS, Column.End);
}
