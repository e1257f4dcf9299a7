import { OPS } from '../memory';
import { Range } from '../range';

/**
 * What a row of each kind consists of, written by the host (`../../ops.ts`) from the one description of rows: for
 * each column, in the order of the row format, an op with the text in front of its value, `,"TraceId":`. The last op has
 * the row's end and no column.
 *
 * Columns that all rows of a scope, or of a metric, share are written once and then copied: a run of such columns that lie
 * side by side is one text.
 */
@unmanaged
export class Op {
  /** Text of the run that begins here, if one does. */
  run: Range;
  /** Of the part of it that all rows of the scope share. */
  scopeRun: Range;
  /** How many ops the run has; 0 where none begins. */
  runOps: u32;
  scopeRunOps: u32;
  /** Bytes of the text in front of the value, which lies behind these numbers. */
  textLength: u32;
  /** `Column`, or `NO_COLUMN`. */
  column: u32;
}

export const OP_BYTES: usize = 80;
const TEXT: usize = 32;
const OPS_OF_KIND: usize = 48;
const KINDS: usize = 7;

export const NO_COLUMN: u32 = 0xff;

/** Whose shared texts the ops of a kind hold. */
@unmanaged
export class SharedTexts {
  /** The call of `writeRows` that wrote them. */
  epoch: u32;
  scope: usize;
  metric: usize;
  /** Of all runs together. */
  bytes: usize;
}

export function firstOpOf(kind: u32): Op {
  return changetype<Op>(OPS + (kind as usize) * OPS_OF_KIND * OP_BYTES);
}

export function opAfter(op: Op, count: u32 = 1): Op {
  return changetype<Op>(changetype<usize>(op) + (count as usize) * OP_BYTES);
}

export function sharedTextsOf(kind: u32): SharedTexts {
  return changetype<SharedTexts>(
    OPS + KINDS * OPS_OF_KIND * OP_BYTES + (kind as usize) * offsetof<SharedTexts>(),
  );
}

/** Writes what stands in front of the op's value. */
export function writeOpText(at: usize, op: Op): usize {
  const text = changetype<usize>(op) + TEXT;
  v128.store(at, v128.load(text));
  v128.store(at, v128.load(text, 16), 16);
  v128.store(at, v128.load(text, 32), 32);
  return at + (op.textLength as usize);
}
