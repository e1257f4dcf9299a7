import { copy } from '../../copy';
import { Kind } from '../../generated/columns';
import { Item, LogRecord, Point, Span } from '../../item';
import { endOf, startOf } from '../../range';
import { firstOpOf, NO_COLUMN, opAfter } from '../op';
import { writeLogColumn } from './log-records';
import { writePointColumn } from './points';
import { writeSpanColumn } from './spans';

/** Writes an item's row in its one-row form, by the ops of its kind. Returns where it ends. */
export function writeNativeRow(begin: usize, item: Item): usize {
  let at = begin;
  let op = firstOpOf(item.kind);
  while (op.column !== NO_COLUMN) {
    if (op.runOps !== 0) {
      at = copy(at, startOf(op.run), endOf(op.run));
      op = opAfter(op, op.runOps);
    } else {
      at = writeColumn(at, op.column, item);
      op = opAfter(op);
    }
  }
  return at;
}

/** A column that the row shares with no other. */
function writeColumn(at: usize, column: u32, item: Item): usize {
  switch (item.kind) {
    case Kind.Traces:
      return writeSpanColumn(at, column, changetype<Span>(item));
    case Kind.Logs:
      return writeLogColumn(at, column, changetype<LogRecord>(item));
  }
  return writePointColumn(at, column, changetype<Point>(item));
}
