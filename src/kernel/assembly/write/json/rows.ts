import { copy } from '../../copy';
import { Kind } from '../../generated/columns';
import { Item, LogRecord, Point, Span } from '../../item';
import { endOf, startOf } from '../../range';
import { firstOpOf, NO_COLUMN, opAfter, writeOpText } from '../op';
import { writeLogColumn } from './log-records';
import { writePointColumn } from './points';
import { writeSpanColumn } from './spans';

/** Writes an item's row as JSON, by the ops of its kind. Returns where it ends. */
export function writeJsonRow(begin: usize, item: Item): usize {
  switch (item.kind) {
    case Kind.Traces:
      return writeSpanRow(begin, changetype<Span>(item));
    case Kind.Logs:
      return writeLogRow(begin, changetype<LogRecord>(item));
  }
  return writePointRow(begin, changetype<Point>(item));
}

function writeSpanRow(begin: usize, span: Span): usize {
  let at = begin;
  let op = firstOpOf(Kind.Traces);
  while (op.column !== NO_COLUMN) {
    if (op.runOps !== 0) {
      at = copy(at, startOf(op.run), endOf(op.run));
      op = opAfter(op, op.runOps);
    } else {
      at = writeSpanColumn(writeOpText(at, op), op.column, span);
      op = opAfter(op);
    }
  }
  return writeOpText(at, op);
}

function writeLogRow(begin: usize, logRecord: LogRecord): usize {
  let at = begin;
  let op = firstOpOf(Kind.Logs);
  while (op.column !== NO_COLUMN) {
    if (op.runOps !== 0) {
      at = copy(at, startOf(op.run), endOf(op.run));
      op = opAfter(op, op.runOps);
    } else {
      at = writeLogColumn(writeOpText(at, op), op.column, logRecord);
      op = opAfter(op);
    }
  }
  return writeOpText(at, op);
}

function writePointRow(begin: usize, point: Point): usize {
  let at = begin;
  let op = firstOpOf(point.kind);
  while (op.column !== NO_COLUMN) {
    if (op.runOps !== 0) {
      at = copy(at, startOf(op.run), endOf(op.run));
      op = opAfter(op, op.runOps);
    } else {
      at = writePointColumn(writeOpText(at, op), op.column, point);
      op = opAfter(op);
    }
  }
  return writeOpText(at, op);
}
